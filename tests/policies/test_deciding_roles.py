"""Nobody gets a role that decides without the governance leads learning of it."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from policies.deciding_roles import DECIDING_ROLES
from policies.outbox import deliver
from portal.accounts.people import change_roles, invite, state_of
from tests.factories.people import UserFactory

REASON = "Starts on Monday."
HEADING = "Given a role that decides"


def invite_with(people, role):
    return invite(
        by=people.access,
        username="puppet",
        first_name="Pat",
        last_name="Puppet",
        email="puppet@example.org",
        roles=[role],
        reason=REASON,
    )


def told():
    deliver()
    return [
        (message.to[0], message.body)
        for message in mail.outbox
        if "was given the role" in message.subject
    ]


@pytest.mark.parametrize("role", DECIDING_ROLES)
def test_an_invitation_with_a_deciding_role_is_told_to_every_lead(people, role):
    second = UserFactory(email="second@example.org", roles=["Governance lead"])
    invite_with(people, role)

    letters = told()

    assert {to for to, _body in letters} == {people.governance.email, second.email}
    for part in ("Pat Puppet (puppet)", role, str(people.access), REASON):
        assert part in letters[0][1]


def test_a_deciding_role_given_later_is_told(people):
    change_roles(
        by=people.access,
        person=people.author2,
        roles=["Policy author", "Clinical reviewer"],
        reason=REASON,
        seen=state_of(people.author2),
    )

    assert [to for to, _body in told()] == [people.governance.email]


def test_other_roles_and_roles_taken_away_are_not_told(people):
    invite_with(people, "Draft reader")
    change_roles(
        by=people.access,
        person=people.approver1,
        roles=[],
        reason=REASON,
        seen=state_of(people.approver1),
    )

    assert told() == []


def test_the_lead_sees_it_for_thirty_days_and_nobody_else(people, client_of):
    invite_with(people, "Clinical reviewer")
    home = reverse("wagtailadmin_home")

    for person in (people.author, people.access, people.clinician):
        assert HEADING not in client_of(person).get(home).content.decode()
    page = client_of(people.governance).get(home).content.decode()
    assert HEADING in page
    assert "Pat Puppet: Clinical reviewer" in page
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert HEADING not in client_of(people.governance).get(home).content.decode()
