"""Where the database's groups differ from the table of roles."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from portal.accounts.models import User
from portal.accounts.roles import ROLES, Role


def drift() -> Iterator[str]:
    """One sentence for each difference; nothing when a deployment left it alone."""
    groups = {group.name: group for group in Group.objects.all()}
    for name in sorted(groups.keys() - {role.name for role in ROLES}):
        yield f"The group {name} is in no table."
    for role in ROLES:
        if role.name not in groups:
            yield f"The role {role.name} is missing."
        else:
            yield from drift_of(role, groups[role.name])
    if User.user_permissions.through.objects.exists():
        yield "Somebody holds permissions apart from roles."


def drift_of(role: Role, group: Group) -> Iterator[str]:
    wanted = {
        "permissions": set(role.all_permissions),
        "sections": sections_wanted(role),
        "permissions on pictures and documents": set(role.collections),
    }
    held = {
        "permissions": names(group.permissions.all()),
        "sections": sections_held(group),
        "permissions on pictures and documents": names(
            Permission.objects.filter(
                pk__in=GroupCollectionPermission.objects.filter(
                    group=group
                ).values_list("permission_id", flat=True)
            )
        ),
    }
    for what, names_wanted in wanted.items():
        if held[what] != names_wanted:
            yield f"The role {role.name} has other {what} than the table says."


def names(permissions: Any) -> set[Any]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in permissions.select_related("content_type")
    }


def sections_wanted(role: Role) -> set[Any]:
    return {
        (pk, codename)
        for label, codenames in role.sections.items()
        for pk in apps.get_model(label).objects.values_list("pk", flat=True)
        for codename in codenames
    }


def sections_held(group: Group) -> set[Any]:
    held = GroupPagePermission.objects.filter(group=group)
    return set(held.values_list("page_id", "permission__codename"))


@register(Tags.database)
def roles_are_as_in_the_table(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """A warning, because `migrate` runs it before provisioning can mend anything."""
    for using in databases or []:
        tables = connections[using].introspection.table_names()
        if "accounts_user" not in tables or not Group.objects.exists():
            continue
        for sentence in drift():
            yield Warning(
                sentence,
                hint="Run provision_site, which makes roles equal to the table.",
                id="accounts.W001",
            )
