"""Taking back a version before it takes effect: two people, one reason."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from policies import ledger, notifications
from policies.models import EntryKind, PolicyVersion, Rescission, RescissionRequest
from policies.stages import COMMISSIONING_APPROVER, GOVERNANCE_LEAD
from portal.accounts.grants import role_counts
from portal.refusals import Refusal

if TYPE_CHECKING:
    from portal.accounts.models import User

RESCINDING_ROLES = (GOVERNANCE_LEAD, COMMISSIONING_APPROVER)


def reasons_not_to_rescind(version: PolicyVersion, person: "User") -> list[str]:
    """Explain why this person may not ask for, or confirm, a rescission."""
    reasons = []
    if version.effective_from <= timezone.now():
        reasons.append(
            "This version has taken effect. Only a new version can change what is in "
            "force."
        )
    if Rescission.objects.filter(version=version).exists():
        reasons.append("This version is already rescinded.")
    if person.is_superuser or not any(map(person.has_role, RESCINDING_ROLES)):
        reasons.append(
            f"This is for people with a role of: {', '.join(RESCINDING_ROLES)}."
        )
    elif not any(
        role_counts(person, role, since=version.recorded_at)
        for role in RESCINDING_ROLES
        if person.has_role(role)
    ):
        reasons.append(
            "Another person must have given you the role before this was approved."
        )
    request = RescissionRequest.objects.filter(version=version).first()
    if request is not None and request.requested_by_id == person.pk:
        reasons.append("You asked for this; a second person has to confirm it.")
    return reasons


@transaction.atomic
def rescind(
    *, version: PolicyVersion, person: "User", reason: str
) -> RescissionRequest | Rescission:
    """The first person's call asks; the second person's call takes it back."""
    Page.objects.select_for_update().get(pk=version.policy_id)
    reasons = reasons_not_to_rescind(version, person)
    if not reason.strip():
        reasons.append("Give the reason.")
    if reasons:
        raise Refusal(*reasons)
    request = RescissionRequest.objects.filter(version=version).first()
    if request is None:
        return RescissionRequest.objects.create(
            version=version, reason=reason.strip(), requested_by=person
        )
    rescission = Rescission.objects.create(
        version=version,
        reason=request.reason,
        requested_by=request.requested_by,
        confirmed_by=person,
    )
    ledger.append(EntryKind.RESCISSION, version, ledger.rescission_payload(rescission))
    notifications.tell_rescission(rescission)
    return rescission
