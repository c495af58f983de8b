"""What access administrators do to accounts; each act with its reason."""

import datetime
import hashlib
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.grants import because
from portal.accounts.mail_tasks import send_invitation
from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import ACCESS_ADMINISTRATOR, ROLES_BY_NAME
from portal.audit.recording import record
from portal.refusals import Refusal

NO_REASON = "Give a reason: it stands beside the change for good."


class ChangedMeanwhile(Refusal):
    """Somebody else changed the person after the screen was opened."""


def may_administer(user: User) -> bool:
    """Access administrators, and the system administrator in an emergency."""
    return user.is_active and (
        user.is_superuser or user.has_role(ACCESS_ADMINISTRATOR.name)
    )


def state_of(person: User) -> str:
    """A mark of what a screen about the person shows; another mark after a change."""
    roles = sorted(person.groups.values_list("name", flat=True))
    shown = [person.username, person.email, person.first_name, person.last_name]
    text = repr([*shown, person.is_active, roles])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def lock(person: User, seen: str) -> User:
    """The row as it is now; refused when it is not what the screen showed."""
    # Without the key: entries about this person, and by this person, need not wait.
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if state_of(locked) != seen:
        raise ChangedMeanwhile(
            f"Somebody else changed {locked} while you had this screen open. Look at "
            "what is there now, and send your change again if it is still right."
        )
    return locked


@transaction.atomic
def invite(
    *,
    by: User,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    roles: Iterable[str],
    reason: str,
) -> User:
    """Make an account without a password, and mail the person how to set one."""
    require_administrator(by)
    require_reason(reason)
    with because(reason, by=by):
        person = User(
            username=username, first_name=first_name, last_name=last_name, email=email
        )
        person.set_unusable_password()
        person.save()
        record("accounts.invited", subject=person, actor=by, reason=reason)
        person.groups.set(groups_named(roles))
    send_invitation.enqueue(person.pk)
    return person


@transaction.atomic
def invite_again(*, by: User, person: User) -> None:
    """A new link for somebody who has not set a password yet."""
    require_administrator(by)
    if person.has_usable_password():
        raise Refusal(f"{person} has set a password and needs no invitation.")
    record("accounts.invited", subject=person, actor=by, reason="Invited again")
    send_invitation.enqueue(person.pk)


@transaction.atomic
def change_roles(
    *, by: User, person: User, roles: Iterable[str], reason: str, seen: str
) -> None:
    """Give the person exactly these roles."""
    require_administrator(by)
    require_reason(reason)
    person = lock(person, seen)
    with because(reason, by=by):
        person.groups.set(groups_named(roles))


@transaction.atomic
def set_active(
    *, by: User, person: User, is_active: bool, reason: str, seen: str
) -> None:
    """Switch an account on or off; off ends the person's sessions at once."""
    require_administrator(by)
    require_reason(reason)
    person = lock(person, seen)
    with because(reason, by=by):
        person.is_active = is_active
        person.session_epoch += 1
        person.save(update_fields=["is_active", "session_epoch"])


@transaction.atomic
def change_details(
    *,
    by: User,
    person: User,
    first_name: str,
    last_name: str,
    email: str,
    reason: str,
    seen: str,
) -> None:
    """Correct a name or an address; another address counts as another credential."""
    require_administrator(by)
    require_reason(reason)
    person = lock(person, seen)
    with because(reason, by=by):
        person.first_name, person.last_name = first_name, last_name
        person.email = email
        person.save(update_fields=["first_name", "last_name", "email"])


def require_administrator(by: User) -> None:
    if not may_administer(by):
        raise Refusal(f"This is for people with the role {ACCESS_ADMINISTRATOR.name}.")


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(NO_REASON)


def groups_named(names: Iterable[str]) -> QuerySet[Group]:
    """The groups of roles; a name that is in no row of the table is refused."""
    unknown = sorted(set(names) - ROLES_BY_NAME.keys())
    if unknown:
        raise Refusal(f"There is no role called {unknown[0]}.")
    return Group.objects.filter(name__in=list(names))


def holders_on(day_ends: datetime.datetime) -> list[RoleGrant]:
    """Who held which role at a moment: the grants that stood then."""
    latest: dict[tuple[int, str], RoleGrant] = {}
    grants = (
        RoleGrant.objects.filter(granted_at__lt=day_ends)
        .select_related("user", "granted_by")
        .order_by("granted_at", "pk")
    )
    for grant in grants.iterator(chunk_size=500):
        latest[grant.user_id, grant.role] = grant
    standing = [grant for grant in latest.values() if grant.is_granted]
    return sorted(standing, key=lambda grant: (grant.role, str(grant.user)))
