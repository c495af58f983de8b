"""How much longer a search takes among many policies. Figures to read.

`PORTAL_BENCH_SIZES` says among how many, 100 and 400 unless told; the first is what
the others are compared with. A machine of the floors runs it with `100,10000`.
"""

import os
import random
import sys
import time
from typing import Any

import pytest
from django.test import Client

from policies.models import PolicyVersion
from portal.search.indexing import rebuild
from portal.search.models import SearchEntry
from tests.factories.approval import publish_policy
from tests.factories.bulk import copy_policies
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people

SIZES = [
    int(size) for size in os.environ.get("PORTAL_BENCH_SIZES", "100,400").split(",")
]
REPETITIONS = int(os.environ.get("PORTAL_BENCH_REPETITIONS", "3"))
SYLLABLES = [
    *("ba", "ce", "do", "fi", "gu", "la", "me", "no", "pi", "ru", "sa", "te", "vo"),
    *("wi", "zu", "chi", "tra", "plo", "ster", "gren"),
]
QUERIES = 60


def vocabulary(chance: random.Random) -> list[str]:
    """Words as a language has them: the first are common, the last are rare."""
    words = {
        "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(6000)
    }
    return sorted(words, key=lambda word: (len(word), word))


class Language:
    """Text whose words are as frequent as Zipf found them."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        self.words = vocabulary(self.chance)
        self.weights = [1 / (rank + 1) for rank in range(len(self.words))]

    def text(self, length: int) -> str:
        return " ".join(self.chance.choices(self.words, self.weights, k=length))

    def queries(self, versions: list[PolicyVersion]) -> list[str]:
        """What people type: common and rare words, misspelt ones, codes, nonsense."""
        common = self.words[:20]
        rare = [version.title.split()[-1] for version in versions]
        kinds = [
            lambda: self.chance.choice(common),
            lambda: self.chance.choice(rare),
            lambda: " ".join(self.chance.choices(common, k=2)),
            lambda: f"{self.chance.choice(common)} {self.chance.choice(rare)}",
            lambda: misspelt(self.chance.choice(rare), self.chance),
            lambda: "W90.3",
            lambda: self.chance.choice(versions).reference,
            lambda: "xqzzk",
            lambda: "xqzzk " + self.chance.choice(common),
        ]
        return [kinds[number % len(kinds)]() for number in range(QUERIES)]


def misspelt(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice("aeiou") + word[place + 1 :]


@pytest.mark.parametrize("size", [SIZES])
def test_search_among_many_policies(
    site: Any, client: Client, capsys: pytest.CaptureFixture[str], size: list[int]
) -> None:
    language = Language()
    policy = PolicyPageFactory(reference="B-1", author=sample_people().author)
    first = publish_policy(policy, sample_people())
    measured = []

    for count in size:
        fill(first, count, language)
        versions = list(PolicyVersion.objects.order_by("pk")[1:100])
        queries = language.queries(versions)
        measured.append((count, *seconds_of(client, queries)))

    _count, base, base_own = measured[0]
    with capsys.disabled():
        for count, wall, own in measured:
            sys.stdout.write(
                f"\n{count} policies: p95 {wall * 1000:.0f} ms ×{wall / base:.2f} "
                f"(own {own * 1000:.0f} ms ×{own / base_own:.2f})"
            )
    assert SearchEntry.objects.count() >= SIZES[-1]


def fill(first: PolicyVersion, count: int, language: Language) -> None:
    """Copies of one policy, each with a text of its own, until there are `count`."""
    missing = count - PolicyVersion.objects.count()
    copies = PolicyVersion.objects.filter(policy__in=copy_policies(first, missing))
    versions = list(copies)
    for version in versions:
        version.title = language.text(4)
        version.lay_summary = language.text(20)
        version.content = {
            **version.content,
            "title": version.title,
            "lay_summary": version.lay_summary,
            "scope": f"<p>{language.text(150)}</p>",
        }
    PolicyVersion.objects.bulk_update(
        versions, ["title", "lay_summary", "content"], batch_size=200
    )
    for _progress in rebuild():
        pass


def seconds_of(client: Client, queries: list[str]) -> tuple[float, float]:
    """The 95th percentile over queries, each by its quickest repetition."""
    walls, owns = [], []
    for query in queries:
        taken = []
        for _repetition in range(REPETITIONS):
            begun, begun_own = time.perf_counter(), time.process_time()
            assert client.get("/search/", {"q": query}).status_code == 200
            taken.append((time.perf_counter() - begun, time.process_time() - begun_own))
        walls.append(min(wall for wall, _own in taken))
        owns.append(min(own for _wall, own in taken))
    place = int(len(queries) * 0.95)
    return sorted(walls)[place], sorted(owns)[place]
