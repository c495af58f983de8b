"""How long approval takes when the ledger is long. Figures to read; only the number
of queries is held to, which has to be the same for every length.

`PORTAL_BENCH_LENGTHS` says how many versions the ledger has at least, one length after
the other; the first is what the others are compared with.
"""

import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies import ledger
from policies.models import LedgerEntry, PolicyPage
from tests.factories.approval import (
    decide_as,
    deciders,
    publish_policy,
    submit,
    write_draft,
)
from tests.factories.long_ledger import lengthen_history
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people

LENGTHS = [
    int(length) for length in os.environ.get("PORTAL_BENCH_LENGTHS", "1,10").split(",")
]
REPETITIONS = int(os.environ.get("PORTAL_BENCH_REPETITIONS", "3"))
MEGABYTE = 1024 * 1024
MEMORY_LIMIT = 200 * MEGABYTE
NUMBERS = count(1)


@dataclass
class Figures:
    """What each act took: by the clock, of this process's time, and in queries.

    The process's own time tells more on a busy machine, but holds no PostgreSQL.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    own_seconds: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, list[int]] = field(default_factory=dict)

    def measure(self, act: str, run: Callable[[], Any]) -> Any:
        captured: AbstractContextManager[Any] = CaptureQueriesContext(connection)
        with captured as queries:
            begun, begun_own = time.perf_counter(), time.process_time()
            result = run()
            taken = time.perf_counter() - begun
            taken_own = time.process_time() - begun_own
        self.seconds.setdefault(act, []).append(taken)
        self.own_seconds.setdefault(act, []).append(taken_own)
        self.queries.setdefault(act, []).append(len(queries))
        return result

    def against(self, first: "Figures", act: str) -> str:
        """The quickest repetition, because other work on the machine only adds."""
        texts = [
            f"{min(ours[act]) * 1000:.0f} ms ×{min(ours[act]) / min(theirs[act]):.2f}"
            for ours, theirs in [
                (self.seconds, first.seconds),
                (self.own_seconds, first.own_seconds),
            ]
        ]
        return f"{act} {texts[0]} (own {texts[1]}, {self.queries[act][0]} queries)"


@pytest.mark.parametrize("history", ["its own", "another"])
def test_approval_takes_the_same_for_a_ledger_of_any_length(
    site: Any, capsys: pytest.CaptureFixture[str], history: str
) -> None:
    """The versions are of the policy that changes, or all of another policy."""
    people = sample_people()
    policy = PolicyPageFactory(reference="B-1", author=people.author)
    grown = policy
    publish_policy(policy, people)
    if history == "another":
        grown = PolicyPageFactory(reference="B-2", author=people.author)
        publish_policy(grown, people)
    approve_once(policy, people, Figures())
    measured = {}

    for length in LENGTHS:
        fill(grown, length)
        figures = measured[length] = Figures()
        for _repetition in range(REPETITIONS):
            approve_once(policy, people, figures)

    first = measured[LENGTHS[0]]
    with capsys.disabled():
        for length, figures in measured.items():
            sys.stdout.write(f"\n{length} versions of {history} policy: ")
            acts = [figures.against(first, act) for act in figures.seconds]
            sys.stdout.write(", ".join(acts))
    for figures in measured.values():
        assert figures.queries == first.queries


def fill(policy: PolicyPage, length: int) -> None:
    """Versions of the policy until the ledger has `length` entries."""
    missing = length - LedgerEntry.objects.count()
    latest = policy.versions.order_by("-number").first()
    if missing > 0 and latest is not None:
        lengthen_history(latest, missing)


def approve_once(policy: PolicyPage, people: SimpleNamespace, figures: Figures) -> None:
    """A draft, its submission, the decisions on it, the last of which publishes."""
    note = f"Measured wording {next(NUMBERS)}."
    write_draft(
        policy,
        people.author,
        lay_summary=note,
        change_note=note,
        change_type="wording",
    )
    change = figures.measure("submit", partial(submit, policy, people.author))
    *earlier, last = deciders(change, people)
    for person in earlier:
        figures.measure(
            f"decide ({person.username})", partial(decide_as, person, change)
        )
    figures.measure("publish", partial(decide_as, last, change))


@pytest.mark.parametrize("length", LENGTHS)
def test_verification_of_a_ledger(
    site: Any, capsys: pytest.CaptureFixture[str], length: int
) -> None:
    people = sample_people()
    policy = PolicyPageFactory(reference="B-1", author=people.author)
    publish_policy(policy, people)
    fill(policy, length)

    begun = time.perf_counter()
    faults = list(ledger.verify())
    taken = time.perf_counter() - begun
    tracemalloc.start()
    list(ledger.verify())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    with capsys.disabled():
        sys.stdout.write(
            f"\n{length} versions verified in {taken:.2f} s, "
            f"{taken / length * 1000:.2f} ms each, "
            f"at the peak {peak / MEGABYTE:.1f} MB\n"
        )
    assert faults == []
    assert LedgerEntry.objects.count() == length
    assert peak < MEMORY_LIMIT
