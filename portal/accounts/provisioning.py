"""Makes the groups of the database equal to the table of roles, again and again."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from portal.accounts.roles import ROLES, Role


@transaction.atomic
def provision_roles() -> None:
    """Create, complete and cut back each role; remove every other group."""
    Group.objects.exclude(name__in=[role.name for role in ROLES]).delete()
    get_user_model().user_permissions.through.objects.all().delete()
    for role in ROLES:
        provision_role(role)


def provision_role(role: Role) -> Group:
    group, _created = Group.objects.get_or_create(name=role.name)
    group.permissions.set(permissions_named(role.all_permissions))
    provision_sections(group, role)
    provision_collections(group, role)
    return group


def permissions_named(names: frozenset[str]) -> list[Permission]:
    """The permissions called `app_label.codename`; an unknown one is an error."""
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type").filter(
            codename__in=[name.split(".")[1] for name in names]
        )
    }
    missing = sorted(names - found.keys())
    if missing:
        raise LookupError(f"No such permissions: {', '.join(missing)}. Run migrate.")
    return [found[name] for name in names]


def provision_sections(group: Group, role: Role) -> None:
    wanted = {
        (page.pk, permission.pk)
        for label, codenames in role.sections.items()
        for page in apps.get_model(label).objects.all()
        for permission in permissions_named(
            frozenset(f"wagtailcore.{codename}" for codename in codenames)
        )
    }
    held = set(
        GroupPagePermission.objects.filter(group=group).values_list(
            "page_id", "permission_id"
        )
    )
    for page_id, permission_id in held - wanted:
        GroupPagePermission.objects.filter(
            group=group, page_id=page_id, permission_id=permission_id
        ).delete()
    for page_id, permission_id in wanted - held:
        GroupPagePermission.objects.create(
            group=group, page_id=page_id, permission_id=permission_id
        )


def provision_collections(group: Group, role: Role) -> None:
    root = Collection.get_first_root_node()
    wanted = permissions_named(role.collections)
    GroupCollectionPermission.objects.filter(group=group).exclude(
        permission__in=wanted, collection=root
    ).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )
