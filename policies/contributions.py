"""Who wrote which draft. Approval asks this of everybody, not of the last editor."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, Revision

from policies.models import ChangeRequest, ChangeStatus, Contribution, ContributionKind


def note_contribution(revision: Revision) -> None:
    """Record the person who saved a draft."""
    Contribution.objects.get_or_create(
        page_id=int(revision.object_id), revision=revision, person=revision.user
    )


def note_first_contributions(revisions: Iterable[Revision]) -> None:
    """The same for new revisions that were written with one statement."""
    Contribution.objects.bulk_create(
        Contribution(
            page_id=int(revision.object_id), revision=revision, person=revision.user
        )
        for revision in revisions
    )


def note_restored_text(*, revision: Revision, restored: Revision) -> None:
    """Text that comes back brings back everybody who wrote it."""
    page_id = int(revision.object_id)
    approved = last_approved_revision(page_id, before=restored.pk)
    people = (
        Contribution.objects.filter(
            page_id=page_id, revision__gt=approved, revision__lte=restored.pk
        )
        .exclude(person=revision.user)
        .values_list("person", flat=True)
        .distinct()
    )
    for person_id in people:
        Contribution.objects.get_or_create(
            page_id=page_id,
            revision=revision,
            person_id=person_id,
            defaults={"kind": ContributionKind.RESTORED},
        )


def last_approved_revision(page_id: int, before: int | None = None) -> int:
    """Key of the revision approved last (before `before`, if told); 0 for none."""
    approved = ChangeRequest.objects.filter(
        page_id=page_id, status=ChangeStatus.APPROVED
    )
    if before is not None:
        approved = approved.filter(revision__lt=before)
    latest = approved.order_by("-revision").values_list("revision", flat=True).first()
    return latest or 0


def contributions_since_approval(page: Page) -> QuerySet[Contribution]:
    """Contributions to the drafts after the text that was approved last."""
    return Contribution.objects.filter(
        page_id=page.pk, revision__gt=last_approved_revision(page.pk)
    )


def contributors_since_approval(page: Page) -> set[int]:
    """Keys of the people whose hand is in the draft."""
    people = contributions_since_approval(page).exclude(person=None)
    return set(people.values_list("person", flat=True))


def has_unknown_hand(page: Any) -> bool:
    """Whether the newest draft was saved by nobody known."""
    newest = contributions_since_approval(page).order_by("-revision").first()
    return newest is not None and newest.person_id is None
