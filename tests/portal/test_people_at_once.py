"""Access administrators who act at the same moment, on connections of their own."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import RoleGrant, User
from portal.accounts.people import state_of
from tests.factories.people import UserFactory, sample_people
from tests.policies.races import ROUNDS, post, together

pytestmark = pytest.mark.django_db(transaction=True)
ACCESS_ADMINISTRATOR = "Access administrator"


@pytest.fixture
def people(site: object) -> SimpleNamespace:
    people = sample_people()
    people.access2 = UserFactory(username="access2", roles=[ACCESS_ADMINISTRATOR])
    return people


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change_roles(by: User, person: User, roles: list[str]) -> Any:
    form = {"state": state_of(person), "roles": roles, "reason": f"Round of {by}"}
    return post(browser_of(by), f"/admin/people/{person.pk}/roles/", form)


def test_of_two_who_change_one_person_the_second_is_told(
    people: SimpleNamespace,
) -> None:
    for number in range(ROUNDS):
        wanted = {
            people.access: [["Draft reader"], ["Policy author"]][number % 2],
            people.access2: [["Governance lead"], ["Clinical reviewer"]][number % 2],
        }
        answers = together(
            *(change_roles(by, people.author, wanted[by]) for by in wanted)
        )

        assert sorted(answers) == [302, 403]
        winner = list(wanted)[answers.index(302)]
        people.author.refresh_from_db()
        assert people.author.role_names == set(wanted[winner])
        latest = RoleGrant.objects.filter(user=people.author).first()
        assert latest is not None
        assert latest.granted_by == winner


def test_two_cannot_take_the_last_keys_from_each_other(
    people: SimpleNamespace,
) -> None:
    pair = [people.access, people.access2]
    for _round in range(ROUNDS):
        answers = together(
            change_roles(pair[0], pair[1], []), change_roles(pair[1], pair[0], [])
        )

        assert sorted(answers) == [302, 403]
        left = User.objects.filter(groups__name=ACCESS_ADMINISTRATOR, is_active=True)
        winner = left.get()
        loser = next(person for person in pair if person != winner)
        change_roles(winner, loser, [ACCESS_ADMINISTRATOR])()
        assert left.count() == 2
