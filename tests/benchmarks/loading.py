"""What it costs to bring a register in, and to approve one policy of it.

`python -m tests.benchmarks.loading` prints one line of JSON: seconds of the clock and
of the processor for one imported policy from submission to the ledger. Nothing of what
it writes stays.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

from tests.benchmarks.contenders import ROOT
from tests.factories.registers import register, write_register

PREFIX = "LOADED"
APPROVED = 10


@dataclass(frozen=True)
class Loading:
    """One run of the command: seconds, and megabytes of resident memory at its peak."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def load(folder: Path, environment: dict[str, str], count: int) -> Loading:
    """Run the command over a register of `count` sample policies."""
    file = write_register(folder / "register.jsonl", register(count, PREFIX))
    command = [sys.executable, "manage.py", "import_register", str(file)]
    with (folder / "register.log").open("w") as log:
        begun = time.monotonic()
        process = subprocess.Popen(
            [*command, "--author", "author"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        _process, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError((folder / "register.log").read_text()[-4000:])
    cpu = usage.ru_utime + usage.ru_stime
    return Loading(seconds, cpu, usage.ru_maxrss * 1024 / 1e6)


def approval_seconds() -> dict[str, float]:
    """For one imported policy: its submission, three decisions, and the ledger."""
    from django.db import transaction

    from policies.models import PolicyPage
    from tests.factories.approval import publish_policy
    from tests.factories.people import sample_people

    people = sample_people()
    policies = PolicyPage.objects.filter(
        reference__startswith=PREFIX, required_bodies=None
    )[:APPROVED]
    with transaction.atomic():
        clock, processor = time.perf_counter(), time.process_time()
        for policy in policies:
            publish_policy(policy, people)
        taken = {
            "clock": (time.perf_counter() - clock) / APPROVED,
            "processor": (time.process_time() - processor) / APPROVED,
        }
        transaction.set_rollback(True)
    return taken


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(approval_seconds()) + "\n")
