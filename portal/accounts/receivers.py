"""Where signals enter the accounts app. Each receiver calls one service."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from portal.accounts import guards
from portal.accounts.credentials import changes_between, log_changes
from portal.accounts.grants import acting_user, record_role_changes
from portal.accounts.models import RoleGrant, User
from portal.directions import guard_texts

GAINED = {"pre_add"}
LOST = {"pre_remove", "pre_clear"}
STORED = "_stored_account"


@receiver(m2m_changed, sender=User.groups.through, dispatch_uid="accounts.roles")
def record_changed_roles(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Guard and record before the change, while it is known who holds what."""
    if action not in GAINED | LOST:
        return
    is_granted = action in GAINED
    for user, names in affected(instance, reverse, pk_set):
        held = set(user.groups.values_list("name", flat=True))
        changed = names - held if is_granted else names & held
        if not changed:
            continue
        guards.guard_roles(
            user,
            gained=changed if is_granted else set(),
            lost=set() if is_granted else changed,
        )
        record_role_changes(
            user=user,
            role_names=sorted(changed),
            is_granted=is_granted,
            by=acting_user(),
        )
        user.__dict__.pop("_role_names", None)


def affected(
    instance: Any, reverse: bool, keys: set[int] | None
) -> list[tuple[User, set[str]]]:
    """People and the names of roles, from either side of the relation."""
    if reverse:
        users = User.objects.filter(pk__in=keys) if keys else instance.user_set.all()
        return [(user, {instance.name}) for user in users]
    groups = Group.objects.filter(pk__in=keys) if keys else instance.groups.all()
    return [(instance, set(groups.values_list("name", flat=True)))]


@receiver(pre_save, sender=User, dispatch_uid="accounts.guard_account")
def guard_saved_account(instance: User, raw: bool, **kwargs: Any) -> None:
    stored = User.objects.filter(pk=instance.pk).first() if instance.pk else None
    if not raw:
        guards.guard_account(instance, stored)
        guards.guard_names(instance, stored)
    setattr(instance, STORED, stored)


@receiver(post_save, sender=User, dispatch_uid="accounts.log_account")
def log_saved_account(instance: User, **kwargs: Any) -> None:
    stored = instance.__dict__.pop(STORED, None)
    log_changes(instance, changes_between(stored, instance))


@receiver(pre_save, sender=RoleGrant, dispatch_uid="accounts.guard_reason")
def guard_reason(instance: RoleGrant, **kwargs: Any) -> None:
    guard_texts(instance)


@receiver(pre_delete, sender=User, dispatch_uid="accounts.guard_deletion")
def guard_deleted_account(instance: User, **kwargs: Any) -> None:
    guards.guard_deletion(instance)


@receiver(
    [pre_save, pre_delete], sender=Group, dispatch_uid="accounts.guard_role_definition"
)
@receiver(
    [pre_save, pre_delete],
    sender=GroupPagePermission,
    dispatch_uid="accounts.guard_role_sections",
)
@receiver(
    [pre_save, pre_delete],
    sender=GroupCollectionPermission,
    dispatch_uid="accounts.guard_role_collections",
)
@receiver(
    m2m_changed,
    sender=Group.permissions.through,
    dispatch_uid="accounts.guard_role_permissions",
)
@receiver(
    m2m_changed,
    sender=User.user_permissions.through,
    dispatch_uid="accounts.guard_own_permissions",
)
def guard_role_definition(**kwargs: Any) -> None:
    guards.guard_role_definition()
