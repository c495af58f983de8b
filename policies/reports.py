"""What governance asks: how long changes take, what is due, what still waits."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils import timezone

from policies.decisions import stages_of
from policies.emergency import is_unresolved, waiting_emergencies
from policies.models import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    Decision,
    LedgerEntry,
    PolicyStatus,
    PolicyVersion,
    Verdict,
)
from policies.stages import QUORUM, ChangeClass

REVIEW_HORIZONS = (30, 60, 90)


@dataclass(frozen=True)
class StageAge:
    """How long a change has been, or was, at one stage."""

    stage: str
    began_at: datetime.datetime
    ended_at: datetime.datetime | None

    @property
    def days(self) -> int:
        return ((self.ended_at or timezone.now()) - self.began_at).days


@dataclass(frozen=True)
class DueReview:
    """A policy in force and the day on which its review is due."""

    page_id: int
    reference: str
    title: str
    due_on: datetime.date


def stage_ages(change: ChangeRequest) -> list[StageAge]:
    """The stages that a change has reached, in order; none for an emergency."""
    ages: list[StageAge] = []
    if change.kind == ChangeKind.EMERGENCY:
        return ages
    began_at = change.submitted_at
    for stage in stages_of(change):
        approvals = [
            decision.decided_at
            for decision in change.decisions.all()
            if decision.stage == stage and decision.verdict == Verdict.APPROVE
        ]
        is_passed = len(approvals) >= QUORUM[(stage, ChangeClass(change.change_class))]
        ended_at = max(approvals) if is_passed else change.closed_at
        ages.append(StageAge(stage.label, began_at, ended_at))
        if not is_passed or ended_at is None:
            break
        began_at = ended_at
    return ages


def open_changes() -> list[dict[str, Any]]:
    """Changes in review with the ages of their stages, the longest wait first."""
    changes = (
        ChangeRequest.objects.filter(status=ChangeStatus.IN_REVIEW)
        .select_related("submitted_by")
        .prefetch_related("decisions")
        .order_by("submitted_at")
    )
    return [{"change": change, "ages": stage_ages(change)} for change in changes]


def unratified_emergencies() -> list[PolicyVersion]:
    """Emergency versions in force that still wait for two people."""
    versions = waiting_emergencies().order_by("ratify_by")
    return [version for version in versions if is_unresolved(version)]


def scheduled_versions() -> QuerySet[PolicyVersion]:
    return (
        PolicyVersion.objects.scheduled().without_content().order_by("effective_from")
    )


def reviews_due() -> list[dict[str, Any]]:
    """Policies to be reviewed soon or already overdue, by horizon, each named once."""
    today = timezone.localdate()
    due = reviews_due_by(today + datetime.timedelta(days=REVIEW_HORIZONS[-1]))
    groups = []
    since = datetime.date.min
    for days in (0, *REVIEW_HORIZONS):
        until = today + datetime.timedelta(days=days)
        heading = f"Within {days} days" if days else "Due or overdue"
        reviews = [review for review in due if since < review.due_on <= until]
        groups.append({"heading": heading, "reviews": reviews})
        since = until
    return groups


def reviews_due_by(day: datetime.date) -> list[DueReview]:
    """Reviews of policies in force that have a date, up to `day`."""
    # A cast, or SQLite would compare with JSON.
    due_on = Cast(KT("content__review_due_on"), CharField())
    rows = (
        PolicyVersion.objects.in_force()
        .filter(
            GreaterThan(due_on, ""),
            LessThanOrEqual(due_on, day.isoformat()),
            status=PolicyStatus.IN_FORCE,
            content__review_due="date",
        )
        .order_by(due_on, "reference")
        .values_list("policy_id", "reference", "title", due_on)
    )
    return [
        DueReview(page, reference, title, datetime.date.fromisoformat(due))
        for page, reference, title, due in rows
    ]


def recent_decisions(count: int) -> QuerySet[Decision]:
    return Decision.objects.select_related("change").order_by("-decided_at", "-pk")[
        :count
    ]


def counts() -> dict[str, int]:
    """The size of the record, in the words of the ledger screen."""
    return {
        "Entries in the ledger": LedgerEntry.objects.count(),
        "Versions ever published": PolicyVersion.objects.count(),
        "Policies in force": PolicyVersion.objects.in_force()
        .filter(status=PolicyStatus.IN_FORCE)
        .count(),
        "Decisions on record": Decision.objects.count(),
    }
