"""Where signals enter the accounts app. Each receiver calls one service."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from portal.accounts.grants import acting_user, record_role_changes
from portal.accounts.models import User

RECORDED = {"post_add": True, "pre_remove": False, "pre_clear": False}


@receiver(m2m_changed, sender=User.groups.through, dispatch_uid="accounts.record_roles")
def record_changed_roles(
    instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    if action not in RECORDED:
        return
    is_granted = RECORDED[action]
    if reverse:
        users = User.objects.filter(pk__in=pk_set or instance.user_set.all())
        for user in users:
            record_role_changes(
                user=user,
                role_names=[instance.name],
                is_granted=is_granted,
                by=acting_user(),
            )
        return
    groups = Group.objects.filter(pk__in=pk_set or instance.groups.all())
    record_role_changes(
        user=instance,
        role_names=list(groups.values_list("name", flat=True)),
        is_granted=is_granted,
        by=acting_user(),
    )
    instance.__dict__.pop("_role_names", None)
