"""Who held which role when, and by whose hand: the record behind every approval."""

from typing import Any

from wagtail.log_actions import get_active_log_context

from portal.accounts.models import RoleGrant, User


def record_role_changes(
    *, user: User, role_names: list[str], is_granted: bool, by: User | None
) -> None:
    """One row for each role that a person gained or lost."""
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=name, is_granted=is_granted, granted_by=by)
        for name in role_names
    )


def acting_user() -> User | None:
    """Who makes the current request; None on the command line."""
    context = get_active_log_context()
    return getattr(context, "user", None)


def role_counts(user: User, role_name: str, since: Any) -> bool:
    """Whether the role was given by somebody else, and before the moment `since`.

    The latest change of the role decides; a role that was taken and given back
    counts from the day it was given back.
    """
    latest = (
        RoleGrant.objects.filter(user=user, role=role_name)
        .order_by("-granted_at", "-pk")
        .first()
    )
    return (
        latest is not None
        and latest.is_granted
        and latest.granted_by_id != user.pk
        and latest.granted_at <= since
    )
