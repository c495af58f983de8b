"""Which staff read drafts and changes in review."""

from typing import Any

from portal.accounts.requests import StaffRequest
from portal.refusals import Refusal

READING_ROLES = {
    "Draft reader",
    "Policy author",
    "Treatment editor",
    "Clinical reviewer",
    "Commissioning approver",
    "Emergency publisher",
    "Governance lead",
}


def may_read_drafts(user: Any) -> bool:
    """Whether the person reads policy text before the public does."""
    return user.is_active and (
        user.is_superuser or bool(READING_ROLES & user.role_names)
    )


def require_reader(request: StaffRequest) -> None:
    """Refuse everybody else, also those who guessed the address."""
    if not may_read_drafts(request.user):
        raise Refusal("This is for staff who may read drafts.")
