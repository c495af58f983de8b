"""What nobody may do to access, by whichever screen, bulk action or form.

Each guard is called from a signal, so that it holds for Wagtail's screens, Django's
admin and our own alike. The command line acts for the operator: it has no acting
user, and only what would leave the portal without keys is refused to it.
"""

from django.contrib.auth.models import Group

from portal.accounts.grants import acting_user, reason_given
from portal.accounts.models import User
from portal.accounts.roles import ACCESS_ADMINISTRATOR, faults_of_combination
from portal.directions import guard_texts
from portal.refusals import Refusal

LAST_ADMINISTRATOR = (
    "This is the last active access administrator. Give the role to another person "
    "first."
)


def guard_roles(user: User, *, gained: set[str], lost: set[str]) -> None:
    """Before roles change hands."""
    actor = acting_user()
    if actor is not None and actor.pk == user.pk:
        raise Refusal("Nobody changes the own roles. Ask another access administrator.")
    if actor is not None and not reason_given().strip():
        raise Refusal(
            "Roles change with a reason, on the screen People. Nothing was changed."
        )
    held = set(user.groups.values_list("name", flat=True))
    faults = faults_of_combination((held | gained) - lost)
    if gained and faults:
        raise Refusal(*faults)
    if ACCESS_ADMINISTRATOR.name in lost:
        guard_last_administrator(user)


def guard_last_administrator(user: User) -> None:
    """Locks the role first, so that two people do not take it from each other."""
    role = Group.objects.select_for_update().filter(name=ACCESS_ADMINISTRATOR.name)
    group = role.first()
    if group is None or not group.user_set.filter(pk=user.pk, is_active=True).exists():
        return
    if not group.user_set.filter(is_active=True).exclude(pk=user.pk).exists():
        raise Refusal(LAST_ADMINISTRATOR)


def guard_account(user: User, stored: User | None) -> None:
    """Before an account is saved."""
    actor = acting_user()
    if stored is not None and stored.is_active and not user.is_active:
        guard_last_administrator(user)
    if actor is None:
        return
    if user.is_superuser != (stored.is_superuser if stored else False):
        raise Refusal("System administrators are made on the command line alone.")
    if stored is None:
        return
    if actor.pk == user.pk:
        guard_own_account(user, stored)
        return
    if user.password != stored.password:
        raise Refusal(
            "Nobody sets another person's password. The person asks for a new one at "
            "sign-in."
        )
    changed = access_fields(user) != access_fields(stored)
    if changed and not reason_given().strip():
        raise Refusal("Give a reason, on the screen People. Nothing was changed.")


def guard_names(user: User, stored: User | None) -> None:
    """No name that reads otherwise than it is stored; an older one may stay."""
    names = ["username", "first_name", "last_name", "email"]
    changed = [
        name
        for name in names
        if stored is None or getattr(user, name) != getattr(stored, name)
    ]
    guard_texts(user, changed)


def guard_own_account(user: User, stored: User) -> None:
    if access_fields(user) != access_fields(stored):
        raise Refusal(
            "Nobody changes the own user name, e-mail address or activity. Ask an "
            "access administrator."
        )


def access_fields(user: User) -> tuple[object, ...]:
    return (user.username, user.email, user.is_active, user.is_staff)


def guard_deletion(user: User) -> None:
    raise Refusal(
        f"{user} stays on record. Deactivate the account on the screen People instead."
    )


def guard_role_definition() -> None:
    """Roles, and what they permit, come from the table in code."""
    if acting_user() is not None:
        raise Refusal(
            "Roles and what they permit come from the portal's table of roles; they "
            "change with a deployment. docs/roles.md lists them."
        )
