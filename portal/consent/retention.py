"""How long choices stay on record, and what removes them afterwards."""

import datetime
from dataclasses import dataclass
from typing import Any

from cookie_consent.models import LogItem
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.audit.recording import record
from portal.consent.models import ConsentDecision, ConsentEvent, PurgeRun

# The database keeps to the same: a shorter time needs a change of its rules.
EVENT_DAYS = 730
REFUSAL_DAYS = 395
BATCH = 1000


@dataclass(frozen=True)
class Expired:
    """What a purge removes: whole events with their decisions, and lines of the log."""

    events: QuerySet[ConsentEvent]
    log_items: QuerySet[LogItem]

    def count(self) -> dict[str, int]:
        return {"events": self.events.count(), "log_items": self.log_items.count()}


def expired(*, days: int = EVENT_DAYS) -> Expired:
    """Records over their time, which is shorter for refusals without a key."""
    if days < EVENT_DAYS:
        raise ValueError(f"Choices stay on record for at least {EVENT_DAYS} days.")
    now = timezone.now()
    old = now - datetime.timedelta(days=days)
    old_refusal = now - datetime.timedelta(days=REFUSAL_DAYS + days - EVENT_DAYS)
    return Expired(
        events=ConsentEvent.objects.filter(
            Q(created__lt=old) | Q(subject="", created__lt=old_refusal)
        ),
        log_items=LogItem.objects.filter(created__lt=old),
    )


def purge(*, days: int = EVENT_DAYS, batch: int = BATCH) -> PurgeRun:
    """Remove what has expired, a batch per transaction; totals stay."""
    found = expired(days=days)
    events = log_items = 0
    while keys := first_keys(found.events, batch):
        with transaction.atomic():
            ConsentDecision.objects.filter(event__in=keys).delete()
            ConsentEvent.objects.filter(pk__in=keys).delete()
        events += len(keys)
    while keys := first_keys(found.log_items, batch):
        LogItem.objects.filter(pk__in=keys).delete()
        log_items += len(keys)
    with transaction.atomic():
        run = PurgeRun.objects.create(events=events, log_items=log_items)
        record("consent.purged", after={"events": events, "log_items": log_items})
    return run


def first_keys(rows: QuerySet[models.Model], count: int) -> list[Any]:
    return list(rows.order_by().values_list("pk", flat=True)[:count])
