"""Treatment pages that change at the same moment as the policy that they quote.

A treatment's change may name a policy change; then neither goes ahead of the other:
the policy waits until its companions are decided on, and an approved companion waits
until the version of the policy takes effect.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from policies.models import ChangeRequest, ChangeStatus, PolicyVersion


def change_to_join(reference: str) -> ChangeRequest | None:
    """The policy's change in review, else the one whose version is scheduled."""
    changes = ChangeRequest.objects.filter(page__policypage__reference=reference)
    in_review = changes.filter(status=ChangeStatus.IN_REVIEW).first()
    if in_review is not None:
        return in_review
    scheduled = PolicyVersion.objects.scheduled().filter(change__in=changes)
    version = scheduled.select_related("change").order_by("effective_from").first()
    return version.change if version else None


def reasons_not_to_join(page: Any) -> list[str]:
    """Explain what stands in the way of a treatment that names a policy, or waits."""
    reasons = []
    reference = page.together_with.strip()
    if reference and change_to_join(reference) is None:
        reasons.append(
            f"Policy {reference} has no change in review and none scheduled. Submit "
            "that change first, or leave “together with policy” empty."
        )
    if waiting_companions().filter(page=page.pk).exists():
        reasons.append(
            "An approved text of this page waits for its policy to take effect. Until "
            "then it cannot be changed again."
        )
    return reasons


def undecided_companions(change: ChangeRequest) -> QuerySet[ChangeRequest]:
    """Treatment changes that a policy change still waits for."""
    return change.companions.filter(status=ChangeStatus.IN_REVIEW)


def waiting_companions() -> QuerySet[ChangeRequest]:
    """Approved treatment changes whose policy change is not in force yet."""
    return (
        ChangeRequest.objects.filter(
            status=ChangeStatus.APPROVED, together_with__isnull=False
        )
        .exclude(revision__in=published_revisions())
        .exclude(
            together_with__status__in=[ChangeStatus.REJECTED, ChangeStatus.CANCELLED]
        )
        .exclude(together_with__version__rescission__isnull=False)
    )


def change_replaced_by(change: ChangeRequest) -> ChangeRequest | None:
    """The treatment change whose approved text `change` began from; None if first.

    A page has one open change at a time, so the order of keys is that of approvals.
    Companions that ended with their policy were approved, but never public.
    """
    return (
        ChangeRequest.objects.filter(
            page=change.page_id, status=ChangeStatus.APPROVED, pk__lt=change.pk
        )
        .exclude(
            together_with__status__in=[ChangeStatus.REJECTED, ChangeStatus.CANCELLED]
        )
        .exclude(together_with__version__rescission__isnull=False)
        .order_by("-pk")
        .first()
    )


def published_revisions() -> Any:
    from pages.models import TreatmentPage

    return TreatmentPage.objects.exclude(live_revision=None).values("live_revision")


def due_companions() -> QuerySet[ChangeRequest]:
    """Waiting companions whose policy version has taken effect."""
    return waiting_companions().filter(
        together_with__version__effective_from__lte=timezone.now()
    )


def is_ahead_of_its_policy(change: ChangeRequest) -> bool:
    """Whether a treatment's text would be public before the policy it goes with."""
    if change.together_with_id is None:
        return False
    effective = PolicyVersion.objects.effective()
    return not effective.filter(change=change.together_with_id).exists()
