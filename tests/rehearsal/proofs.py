"""After the load: whatever somebody was told is saved is there, and the chains hold."""

import re
import sys
from collections.abc import Iterator

from django.db import connections
from django.db.models import Count
from django.utils import timezone
from django_tasks import TaskResultStatus

from policies.outbox import LEASE, failed_mail_count, notices
from tests.policies import consistency
from tests.rehearsal.layout import Layout
from tests.rehearsal.staff import Editors
from tests.rehearsal.units import manage, unit
from tests.rehearsal.visitors import until

SETTLING_SECONDS = 15
# By the faults: the mail worker, and a tick.
WORKERS_KILLED = 2


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def losses(layout: Layout, editors: Editors) -> Iterator[str]:
    """Each loss in a sentence; nothing when nothing was lost."""
    # Those of this process met the death of the server as well.
    connections.close_all()
    for act in editors.lost:
        yield f"Lost: {act.name} of {act.person} at {act.path}."
    yield from consistency.faults()
    yield from faults_of_commands(layout)
    yield from faults_of_mail(layout)


def faults_of_commands(layout: Layout, **more: str) -> Iterator[str]:
    """What the shipped unit for the proof of both chains finds."""
    for command in (manage("verify_ledger"), manage("verify_audit")):
        try:
            layout.run(command, **more)
        except RuntimeError as error:
            yield str(error)


def faults_of_mail(layout: Layout) -> Iterator[str]:
    """Every notice is sent or has its next try; none stays with a dead worker."""
    tick = unit("portal-tick", layout.folder).command
    layout.run(tick)
    held = notices().filter(status=TaskResultStatus.RUNNING)
    until(lambda: not held.exists(), SETTLING_SECONDS)
    # Their workers were killed. This rehearses the ten minutes of the lease.
    abandoned = held.update(started_at=timezone.now() - 2 * LEASE)
    layout.run(tick)
    # What failed while the mail server was away has its next try only in minutes.
    notices().filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
    layout.run(tick)
    if waiting := notices().filter(status=TaskResultStatus.READY).count():
        yield f"{waiting} notices were not sent although the mail server is there."
    yield from faults_of_delivery(layout)
    if held.exists():
        yield f"{held.count()} notices stay with dead workers."
    if failed_mail_count():
        yield f"{failed_mail_count()} notices were given up."
    counts = notices().values_list("status").annotate(Count("pk")).order_by()
    said = ", ".join(f"{number} {status}" for status, number in counts)
    say(f"Notices: {said}; {abandoned} taken back from dead workers.")


def faults_of_delivery(layout: Layout) -> Iterator[str]:
    """Each notice that counts as sent arrived, and once.

    A worker that is killed between the server's answer and its own commit sends again.
    """
    done = notices().filter(status=TaskResultStatus.SUCCESSFUL)
    sent = sum(row.return_value is True for row in done)
    arrived = len(layout.mail.taken)
    if not sent <= arrived <= sent + WORKERS_KILLED:
        yield f"{sent} notices were sent, {arrived} messages arrived."
    say(f"Mail: {sent} notices were sent, {arrived} messages arrived.")


def ends_of_chains(layout: Layout, **more: str) -> tuple[str, str]:
    """What the two commands print last: the ends of both chains."""
    found = []
    for name in ("verify_ledger", "verify_audit"):
        said = layout.run(manage(name), **more)
        anchors = re.findall(r"\d+:[0-9a-f]{16,}", said)
        found.append(anchors[-1] if anchors else said.strip())
    return found[0], found[1]
