"""Who was given a role that decides: told to the governance leads, and shown to them.

An access administrator could make accounts and give them such roles unseen. A grant
that nobody made in person, by provisioning or from the organisation's directory, is
shown and not told.
"""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from policies import notifications
from policies.stages import (
    CLINICAL_REVIEWER,
    COMMISSIONING_APPROVER,
    EMERGENCY_PUBLISHER,
    GOVERNANCE_LEAD,
)
from portal.accounts.models import RoleGrant

DECIDING_ROLES = (
    CLINICAL_REVIEWER,
    COMMISSIONING_APPROVER,
    EMERGENCY_PUBLISHER,
    GOVERNANCE_LEAD,
)
SHOWN_FOR = datetime.timedelta(days=30)


def tell_grant(grant: RoleGrant) -> None:
    """Mail every governance lead but whoever gave the role and whoever got it."""
    if not grant.is_granted or grant.role not in DECIDING_ROLES:
        return
    if grant.granted_by_id is None:
        return
    leads = notifications.people_with(GOVERNANCE_LEAD)
    others = leads.exclude(pk__in=[grant.granted_by_id, grant.user_id])
    notifications.tell("role_granted", grant, others)


def recent_grants() -> QuerySet[RoleGrant]:
    """Deciding roles given in the last 30 days, the newest first."""
    return RoleGrant.objects.filter(
        is_granted=True,
        role__in=DECIDING_ROLES,
        granted_at__gte=timezone.now() - SHOWN_FOR,
    ).select_related("user", "granted_by")


def may_see_grants(user: Any) -> bool:
    return bool(user.has_role(GOVERNANCE_LEAD))
