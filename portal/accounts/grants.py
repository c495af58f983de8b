"""Who held which role when, and by whose hand: the record behind every approval."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any

from wagtail.log_actions import get_active_log_context

from portal.accounts.models import CredentialChange, RoleGrant, User
from portal.audit.context import current_request
from portal.audit.recording import NOBODY, record


class Hand(Enum):
    """Whose hand it is when it is nobody's, whoever is signed in."""

    DIRECTORY = "the organisation's directory"


_reason: ContextVar[str] = ContextVar("reason_for_access", default="")
_hand: ContextVar[User | Hand | None] = ContextVar("hand_on_access", default=None)


@contextmanager
def because(reason: str, *, by: User | Hand | None = None) -> Iterator[None]:
    """Changes of access inside carry this reason, and the person who made them."""
    tokens = _reason.set(reason), _hand.set(by)
    try:
        yield
    finally:
        _reason.reset(tokens[0])
        _hand.reset(tokens[1])


def reason_given() -> str:
    return _reason.get()


def acting_user() -> User | None:
    """Who acts: named by `because`, or signed in, or known to Wagtail's log; None on
    the command line and for the directory."""
    hand = _hand.get()
    if isinstance(hand, Hand):
        return None
    request_user = current_request().user
    signed_in = request_user.get() if request_user else None
    wagtails: User | None = getattr(get_active_log_context(), "user", None)
    return hand or signed_in or wagtails


def record_role_changes(
    *, user: User, role_names: list[str], is_granted: bool, by: User | None
) -> None:
    """One row for each role that a person gained or lost."""
    for name in role_names:
        RoleGrant.objects.create(
            user=user,
            role=name,
            is_granted=is_granted,
            granted_by=by,
            reason=reason_given(),
        )
        record(
            "accounts.role_granted" if is_granted else "accounts.role_taken",
            subject=user,
            actor=by or NOBODY,
            after={"role": name},
            reason=reason_given(),
        )


def role_counts(user: User, role_name: str, since: Any) -> bool:
    """Whether the role was given by somebody else, and before the moment `since`.

    The latest change of the role decides; a role that was taken and given back
    counts from the day it was given back. A role that the organisation's directory
    gives through single sign-on was given by somebody else.
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


def changes_by_somebody_else(user: User, since: datetime.datetime) -> list[str]:
    """What others changed about the person's access since the moment, in words.

    Who can change how somebody signs in can sign in as that person. What names nobody
    counts as well: an operator on the command line and whoever keeps the groups of the
    organisation's directory are somebody else.
    """
    credentials = (
        CredentialChange.objects.filter(user=user, changed_at__gt=since)
        .exclude(changed_by=user)
        .order_by("changed_at")
    )
    roles = RoleGrant.objects.filter(user=user, granted_at__gt=since).exclude(
        granted_by=user
    )
    words = [change.get_kind_display() for change in credentials]
    words += [f"Role {grant.role}" for grant in roles]
    return list(dict.fromkeys(words))
