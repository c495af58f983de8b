"""How long a version takes, and how much memory verification needs.

`PORTAL_BENCH_VERSIONS` says how many versions are made; 20 unless told.
"""

import os
import resource
import sys
import time
import tracemalloc

from policies import ledger
from policies.models import LedgerEntry
from tests.factories.approval import publish_next, publish_policy
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people

VERSIONS = int(os.environ.get("PORTAL_BENCH_VERSIONS", "20"))
VERSIONS_PER_POLICY = 10
MEGABYTE = 1024 * 1024
MEMORY_LIMIT = 200 * MEGABYTE


def test_verification_needs_little_memory_for_any_number_of_versions(site, capsys):
    people = sample_people()
    began = time.perf_counter()
    publish_versions(people)
    making = time.perf_counter() - began

    tracemalloc.start()
    began = time.perf_counter()
    faults = list(ledger.verify())
    verifying = time.perf_counter() - began
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    process = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with capsys.disabled():
        sys.stdout.write(
            f"\n{VERSIONS} versions: {making / VERSIONS * 1000:.0f} ms each to make, "
            f"{verifying / VERSIONS * 1000:.2f} ms each to verify; verification at its "
            f"peak {peak / MEGABYTE:.1f} MB, the process {process / MEGABYTE:.0f} MB\n"
        )
    assert faults == []
    assert LedgerEntry.objects.count() == VERSIONS
    assert peak < MEMORY_LIMIT


def publish_versions(people):
    """Versions of policies, each with the same number of versions."""
    for number in range(VERSIONS):
        if number % VERSIONS_PER_POLICY == 0:
            policy = PolicyPageFactory(reference=f"B-{number}", author=people.author)
            publish_policy(policy, people)
            continue
        note = f"Wording {number}."
        publish_next(policy, people, lay_summary=note, change_note=note)
