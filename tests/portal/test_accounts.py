"""Roles come from one table; who gave them is on record."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, Site

from portal.accounts.grants import role_counts
from portal.accounts.models import RoleGrant, User
from portal.accounts.provisioning import permissions_named, provision_roles
from portal.accounts.roles import POLICY_AUTHOR, ROLES
from portal.accounts.samples import create_sample_accounts
from tests.factories.people import UserFactory


def held_permissions(group: Group) -> set[str]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in group.permissions.select_related("content_type")
    }


def test_groups_of_the_database_are_the_table_of_roles(site: Site) -> None:
    held = {group.name: held_permissions(group) for group in Group.objects.all()}

    assert held == {role.name: set(role.all_permissions) for role in ROLES}


def test_no_group_may_publish_a_page(site: Site) -> None:
    granted = set(
        GroupPagePermission.objects.values_list("permission__codename", flat=True)
    )

    assert granted == {"add_page", "change_page"}


def test_provisioning_takes_back_what_somebody_added(site: Site) -> None:
    group = Group.objects.get(name=POLICY_AUTHOR.name)
    group.permissions.add(*permissions_named(frozenset({"accounts.delete_user"})))
    publish = permissions_named(frozenset({"wagtailcore.publish_page"}))[0]
    GroupPagePermission.objects.create(
        group=group, page=Page.get_first_root_node(), permission=publish
    )

    provision_roles()

    assert held_permissions(group) == set(POLICY_AUTHOR.all_permissions)
    assert not GroupPagePermission.objects.filter(permission=publish).exists()


def test_unknown_permission_in_the_table_is_an_error(site: Site) -> None:
    with pytest.raises(LookupError, match="Run migrate"):
        permissions_named(frozenset({"accounts.fly"}))


def test_role_given_by_oneself_does_not_count(people: SimpleNamespace) -> None:
    RoleGrant.objects.create(
        user=people.author,
        role="Clinical reviewer",
        is_granted=True,
        granted_by=people.author,
    )

    assert not role_counts(people.author, "Clinical reviewer", timezone.now())


def test_role_that_was_taken_does_not_count(people: SimpleNamespace) -> None:
    person: User = people.clinician
    person.groups.clear()

    assert not role_counts(person, "Clinical reviewer", timezone.now())
    assert not person.has_role("Clinical reviewer")


def test_record_of_roles_cannot_be_changed(people: SimpleNamespace) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_rolegrant")


def test_two_accounts_cannot_share_an_address(site: Site) -> None:
    UserFactory(email="one@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="ONE@example.org")


@override_settings(SAMPLE_ACCOUNTS_ALLOWED=False)
def test_sample_accounts_do_not_exist_where_they_are_not_allowed(site: Site) -> None:
    with pytest.raises(ImproperlyConfigured):
        create_sample_accounts("a-password-for-tests")

    assert not User.objects.exists()
