"""What grows with the site, asked in the process: `python -m tests.benchmarks.growth`.

Prints one line of JSON: milliseconds of the database and of the processor for searches,
of the clock for a publication, of the processor for the lists of the staff. Nothing of
what it writes stays.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django

# Common and rare words, two together, one misspelt, a code, a reference, nonsense.
SEARCHES = [
    *("injection", "the", "knee", "policy", "corticosteroid", "cataract", "tattoo"),
    *("injection knee", "the policy", "injecton", "W90.3", "CP-001", "xqzzk"),
]
REPETITIONS = 3


def percentile(values: list[float]) -> float:
    """The 95th; with as few as these the highest but none."""
    return sorted(values)[int(len(values) * 0.95)]


def cheapest(run: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Milliseconds of the quickest repetition: other work on the machine only adds."""
    taken = []
    for _repetition in range(REPETITIONS):
        begun = clock()
        run()
        taken.append((clock() - begun) * 1000)
    return min(taken)


def database_clock() -> tuple[Callable[..., Any], Callable[[], float]]:
    """A wrapper of queries, and a clock of the seconds spent in them."""
    spent = [0.0]

    def time_query(execute: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent[0] += time.perf_counter() - begun

    return time_query, lambda: spent[0]


def search_figures() -> dict[str, float]:
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    wrapper, clock = database_clock()

    def ask(words: str) -> None:
        if client.get("/search/", {"q": words}).status_code != 200:
            raise RuntimeError(f"The search for {words!r} failed.")

    with connection.execute_wrapper(wrapper):
        found = [cheapest(lambda w=words: ask(w), clock) for words in SEARCHES]
    own = [cheapest(lambda w=words: ask(w), time.process_time) for words in SEARCHES]
    return {"search database": percentile(found), "search CPU": percentile(own)}


def staff_figures() -> dict[str, float]:
    """A further version of a policy from draft to public, and lists of the admin."""
    from itertools import count

    from django.test import Client
    from django.urls import reverse

    from policies.models import PolicyIndexPage
    from tests.factories.approval import publish_next, publish_policy
    from tests.factories.pages import PolicyPageFactory
    from tests.factories.people import sample_people

    people = sample_people()
    policy = PolicyPageFactory(reference="BENCH-1", author=people.author)
    publish_policy(policy, people)
    numbers = count(1)

    def publish() -> None:
        note = f"Measured wording {next(numbers)}."
        publish_next(policy, people, lay_summary=note, change_note=note)

    client = Client(SERVER_NAME="localhost")
    client.force_login(people.author)
    index = PolicyIndexPage.objects.get()
    listing = reverse("wagtailadmin_explore", args=[index.pk])

    def show() -> None:
        if client.get(listing).status_code != 200:
            raise RuntimeError("The list of policies was refused.")

    return {
        "publication": cheapest(publish, time.perf_counter),
        "admin list": cheapest(show, time.process_time),
    }


def main() -> None:
    from django.db import transaction

    figures = search_figures()
    with transaction.atomic():
        figures |= staff_figures()
        transaction.set_rollback(True)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    django.setup()
    main()
