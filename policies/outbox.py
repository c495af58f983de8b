"""The queue of notices: what is sent, tried again, given up and forgotten."""

import datetime
import logging
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

OUTBOX = "outbox"
# How long each further try waits: five of them, over more than a day without mail.
RETRY_AFTER = [
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=4),
    datetime.timedelta(hours=24),
]
# A worker that holds a notice for longer than this is dead.
LEASE = datetime.timedelta(minutes=10)
KEPT_FOR = datetime.timedelta(days=30)


def notices() -> Any:
    return DBTaskResult.objects.filter(backend_name=OUTBOX)


def has_tries_left(attempts: int) -> bool:
    return attempts <= len(RETRY_AFTER)


def failed_mail_count() -> int:
    """How many notices were given up, for the dashboard; they are kept for a while."""
    failed = notices().filter(status=TaskResultStatus.FAILED)
    return sum(
        not has_tries_left(len(workers))
        for workers in failed.values_list("worker_ids", flat=True)
    )


def report_given_up(key: Any) -> None:
    logger.error("A notice was given up after %s tries: %s.", 1 + len(RETRY_AFTER), key)


@transaction.atomic
def requeue() -> int:
    """Give failed and abandoned notices their next try; returns how many got one.

    Every try adds a worker to the row, so their number counts the tries.
    """
    now = timezone.now()
    unfinished = notices().filter(
        Q(status=TaskResultStatus.FAILED)
        | Q(status=TaskResultStatus.RUNNING, started_at__lt=now - LEASE)
    )
    requeued = 0
    for row in unfinished.select_for_update(skip_locked=True):
        attempts = len(row.worker_ids)
        if has_tries_left(attempts):
            row.status = TaskResultStatus.READY
            row.run_after = now + RETRY_AFTER[attempts - 1]
            row.save(update_fields=["status", "run_after"])
            requeued += 1
        elif row.status == TaskResultStatus.RUNNING:
            row.set_failed(TimeoutError("The worker was gone."))
            report_given_up(row.pk)
    return requeued


def deliver() -> int:
    """Send every notice whose time has come; returns how many were sent.

    Does what `db_worker --backend outbox --batch` does, and leaves the connection of
    its caller open.
    """
    worker = one_worker()
    sent = 0
    while (row := claim_next(worker.worker_id)) is not None:
        worker.run_task(row)
        sent += row.return_value is True
    return sent


@transaction.atomic
def claim_next(worker_id: str) -> DBTaskResult | None:
    """The next notice that is due and that no other worker holds."""
    row = notices().ready().get_locked()
    if row is not None:
        row.claim(worker_id)
    return row


def one_worker() -> Worker:
    return Worker(
        queue_names=[DEFAULT_TASK_QUEUE_NAME],
        interval=0,
        batch=True,
        backend_name=OUTBOX,
        startup_delay=False,
        max_tasks=None,
        worker_id=f"tick-{uuid4().hex}",
        excluded_queue_names=[],
    )


def drop_waiting(since: datetime.datetime) -> int:
    """Delete what was queued after `since` and not tried yet; returns how many."""
    return notices().ready().filter(enqueued_at__gte=since).delete()[0]


def forget() -> int:
    """Delete notices that were sent, or given up, long ago."""
    old = notices().finished().filter(finished_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
