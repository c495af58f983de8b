"""Every other way to somebody's access than the screen People."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction
from django.test import Client

from portal.accounts.drift import drift
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.factories.people import UserFactory

REASON = "Asked by the head of commissioning"
NEW = "seven green otters"


class TestOtherDoors:
    """Every other way to the same rooms, for the one person who has all permissions."""

    @pytest.fixture
    def admin(
        self, people: SimpleNamespace, browser_of: Callable[[User], Client]
    ) -> Client:
        return browser_of(people.admin)

    def user_form(self, person: User, **values: Any) -> dict[str, Any]:
        return {
            "username": person.username,
            "email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "is_active": "on",
            "groups": [group.pk for group in person.groups.all()],
            **values,
        }

    @pytest.mark.parametrize(
        "values",
        [
            {"is_superuser": "on"},
            {"is_active": ""},
            {"email": "mine@example.org"},
            {"password1": NEW, "password2": NEW},
            {"groups": []},
        ],
    )
    def test_wagtails_own_form(
        self, people: SimpleNamespace, admin: Client, values: dict[str, Any]
    ) -> None:
        person = people.approver1
        before = person_as_stored(person)
        admin.post(f"/admin/users/edit/{person.pk}/", self.user_form(person, **values))

        assert person_as_stored(person) == before

    @pytest.mark.parametrize("action", ["delete", "set_active_state", "assign_role"])
    def test_bulk_actions(
        self, people: SimpleNamespace, admin: Client, action: str
    ) -> None:
        before = person_as_stored(people.approver1)
        role = Group.objects.get(name="Governance lead")
        answer = admin.post(
            f"/admin/bulk/accounts/user/{action}/?id={people.approver1.pk}",
            {"mark_as_active": "False", "role": role.pk},
        )

        assert answer.status_code == 403
        assert person_as_stored(people.approver1) == before

    @pytest.mark.parametrize(
        "address",
        ["/admin/users/delete/{pk}/", "/django-admin/accounts/user/{pk}/delete/"],
    )
    def test_deletion(
        self, people: SimpleNamespace, admin: Client, address: str
    ) -> None:
        stranger = UserFactory(username="stranger")
        admin.post(address.format(pk=stranger.pk), {"post": "yes"})

        assert User.objects.filter(pk=stranger.pk).exists()

    def test_definitions_of_roles(self, people: SimpleNamespace, admin: Client) -> None:
        group = Group.objects.get(name="Draft reader")
        everything = [permission.pk for permission in Permission.objects.all()[:5]]
        for address in ("/admin/groups/new/", f"/admin/groups/edit/{group.pk}/"):
            admin.post(address, {"name": "Other", "permissions": everything})
        admin.post(f"/admin/groups/delete/{group.pk}/")

        assert list(drift()) == []

    def test_the_command_line_and_the_shell_keep_the_keys(
        self, people: SimpleNamespace
    ) -> None:
        with pytest.raises(Refusal, match="last active"), transaction.atomic():
            people.access.groups.clear()
        with pytest.raises(Refusal, match="held alone"), transaction.atomic():
            people.access.groups.add(Group.objects.get(name="Policy author"))
        with pytest.raises(Refusal, match="stays on record"):
            UserFactory(username="stranger").delete()


def person_as_stored(person: User) -> tuple[Any, ...]:
    stored = User.objects.get(pk=person.pk)
    return (
        stored.password,
        stored.email,
        stored.is_active,
        stored.is_superuser,
        sorted(stored.role_names),
    )


def test_the_database_itself_holds_roles_apart(people: SimpleNamespace) -> None:
    group = Group.objects.get(name="Policy author")
    with (
        pytest.raises(IntegrityError, match="held alone"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO accounts_user_groups (user_id, group_id) VALUES (%s, %s)",
            [people.access.pk, group.pk],
        )
