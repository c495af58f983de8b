"""What about an account was changed, and by whom: for the record and for approval."""

from typing import Any

from portal.accounts.grants import acting_user, reason_given
from portal.accounts.models import CredentialChange, CredentialKind, User
from portal.audit.context import current_request
from portal.audit.recording import record

VISIBLE_FIELDS = ["username", "email", "first_name", "last_name"]
KIND_OF_FIELD = {
    "password": CredentialKind.PASSWORD,
    "email": CredentialKind.EMAIL,
    "username": CredentialKind.USERNAME,
    "is_active": CredentialKind.ACTIVITY,
}


def changes_between(stored: User | None, user: User) -> dict[str, tuple[Any, Any]]:
    """Field by field, before and after; nothing for a new account."""
    if stored is None:
        return {}
    names = [*VISIBLE_FIELDS, "password", "is_active", "is_superuser"]
    return {
        name: (getattr(stored, name), getattr(user, name))
        for name in names
        if getattr(stored, name) != getattr(user, name)
    }


def log_changes(user: User, changes: dict[str, tuple[Any, Any]]) -> None:
    """Rows for approval to look at, and entries of the audit log.

    A request in which nobody is signed in proves itself otherwise, by the password at
    sign-in or by the link in a mail: there the person acts for himself or herself.
    """
    by = acting_user() or (user if current_request().line else None)
    for name in changes.keys() & KIND_OF_FIELD.keys():
        record_credential_change(user, KIND_OF_FIELD[name], by=by)
    if "is_active" in changes:
        record(
            "accounts.reactivated" if user.is_active else "accounts.deactivated",
            subject=user,
            reason=reason_given(),
        )
    if "password" in changes:
        record("accounts.password_changed", subject=user)
    visible = {name: changes[name] for name in VISIBLE_FIELDS if name in changes}
    if "is_superuser" in changes:
        visible["is_superuser"] = changes["is_superuser"]
    if visible:
        record(
            "accounts.changed",
            subject=user,
            before={name: values[0] for name, values in visible.items()},
            after={name: values[1] for name, values in visible.items()},
            reason=reason_given(),
        )


def record_credential_change(
    user: User, kind: CredentialKind, *, by: User | None
) -> None:
    CredentialChange.objects.create(user=user, kind=kind, changed_by=by)
