"""Access administration: who may change whose access, by which door."""

import datetime
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission

from policies import decisions
from policies.models import ChangeRequest
from policies.outbox import deliver
from portal.accounts import people as service
from portal.accounts.models import CredentialChange, RoleGrant, User
from portal.audit.models import AuditEntry
from tests.factories.approval import submit
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import PASSWORD, UserFactory

REASON = "Asked by the head of commissioning"
NEW = "seven green otters"


def invitation(**values: Any) -> dict[str, Any]:
    return {
        "first_name": "Nina",
        "last_name": "New",
        "username": "nina",
        "email": "nina@example.org",
        "roles": ["Policy author"],
        "reason": REASON,
        **values,
    }


def test_an_invited_person_sets_a_password_and_works(
    people: SimpleNamespace, browser_of: Callable[[User], Client]
) -> None:
    browser_of(people.access).post("/admin/people/invite/", invitation())
    deliver()
    (letter,) = [found for found in mail.outbox if found.to == ["nina@example.org"]]
    found = re.search(r"http://testserver(/staff/\S+)", letter.body)
    assert found is not None
    client = Client()

    page = client.get(found[1])
    weak = client.post(found[1], {"new_password1": "nina", "new_password2": "nina"})
    client.post(found[1], {"new_password1": NEW, "new_password2": NEW})

    assert "nina" in page.content.decode()
    assert weak.status_code == 422
    assert Client().get(found[1]).status_code == 404
    Client().post("/staff/login/", {"login": "nina", "password": NEW})
    nina = User.objects.get(username="nina")
    assert nina.has_role("Policy author")
    grant = RoleGrant.objects.get(user=nina)
    assert (grant.granted_by, grant.reason) == (people.access, REASON)
    change = CredentialChange.objects.get(user=nina)
    assert change.changed_by == nina


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": " "}, "This field is required."),
        ({"email": "AUTHOR@example.org"}, "Another account uses this e-mail address."),
        ({"username": "author"}, "already exists"),
        ({"roles": ["Access administrator", "Policy author"]}, "is held alone"),
        ({"roles": ["No such role"]}, "not one of the available choices"),
    ],
)
def test_a_wrong_invitation_comes_back_filled_in(
    people: SimpleNamespace,
    browser_of: Callable[[User], Client],
    values: dict[str, Any],
    words: str,
) -> None:
    answer = browser_of(people.access).post(
        "/admin/people/invite/", invitation(**values)
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Nina" in page
    assert not User.objects.filter(username="nina").exists()


class TestOnePerson:
    @pytest.fixture
    def access(
        self, people: SimpleNamespace, browser_of: Callable[[User], Client]
    ) -> Client:
        return browser_of(people.access)

    def post(self, client: Client, person: User, what: str, **values: Any) -> Any:
        form = {"state": service.state_of(person), "reason": REASON, **values}
        return client.post(f"/admin/people/{person.pk}/{what}/", form)

    def test_roles_are_given_and_taken_with_a_reason(
        self, people: SimpleNamespace, access: Client
    ) -> None:
        self.post(access, people.author, "roles", roles=["Draft reader"])

        assert set(people.author.groups.values_list("name", flat=True)) == {
            "Draft reader"
        }
        page = access.get(f"/admin/people/{people.author.pk}/").content.decode()
        assert REASON in page
        entries = AuditEntry.objects.filter(action__startswith="accounts.role_")
        assert {entry.reason for entry in entries[:3]} == {REASON}
        answer = self.post(access, people.author, "roles", roles=[], reason="")
        assert answer.status_code == 422

    def test_the_second_of_two_is_told(
        self, people: SimpleNamespace, access: Client
    ) -> None:
        seen = service.state_of(people.author)
        self.post(access, people.author, "roles", roles=["Draft reader"])
        answer = self.post(
            access, people.author, "roles", roles=["Governance lead"], state=seen
        )

        assert answer.status_code == 403
        page = answer.content.decode()
        assert "Somebody else changed Amina Author" in page
        assert people.author.groups.get().name == "Draft reader"
        # What the second one ticked and typed is still there.
        assert re.search(r'value="Governance lead"[^>]*checked', page)
        assert REASON in page

    @pytest.mark.parametrize("what", ["roles", "details", "activity"])
    def test_nobody_changes_the_own_access(
        self, people: SimpleNamespace, access: Client, what: str
    ) -> None:
        own = people.access
        answer = self.post(
            access,
            own,
            what,
            roles=["Policy author"],
            first_name="Alex",
            last_name="Access",
            email="else@example.org",
            deactivate="1",
            **{"activity-reason": REASON},
        )

        own.refresh_from_db()
        assert answer.status_code in {403, 422}
        assert own.is_active
        assert own.email == "access@example.org"
        assert own.role_names == {"Access administrator"}

    def test_deactivation_and_the_way_back(
        self, people: SimpleNamespace, access: Client
    ) -> None:
        values = {"activity-reason": REASON}
        self.post(access, people.author, "activity", deactivate="1", **values)
        people.author.refresh_from_db()
        assert not people.author.is_active
        self.post(access, people.author, "activity", reactivate="1", **values)
        people.author.refresh_from_db()

        assert people.author.is_active
        kinds = CredentialChange.objects.filter(user=people.author)
        assert {change.kind for change in kinds} == {"activity"}

    def test_the_last_access_administrator_stays(
        self, people: SimpleNamespace, browser_of: Callable[[User], Client]
    ) -> None:
        admin = browser_of(people.admin)
        values = {"activity-reason": REASON}
        taken = self.post(admin, people.access, "roles", roles=[])
        switched = self.post(admin, people.access, "activity", deactivate="1", **values)

        assert "last active access administrator" in taken.content.decode()
        assert "last active access administrator" in switched.content.decode()
        UserFactory(username="access2", roles=["Access administrator"])
        assert self.post(admin, people.access, "roles", roles=[]).status_code == 302


class TestWhoDecides:
    """An account that somebody else changed since the submission decides nothing."""

    @pytest.fixture
    def change(self, people: SimpleNamespace) -> ChangeRequest:
        return submit(PolicyPageFactory(author=people.author), people.author)

    def reasons(self, change: ChangeRequest, person: User) -> str:
        return " ".join(decisions.reasons_not_to_decide(change, person))

    def change_email(self, by: User, person: User) -> None:
        service.change_details(
            by=by,
            person=person,
            first_name=person.first_name,
            last_name=person.last_name,
            email="else@example.org",
            reason=REASON,
            seen=service.state_of(person),
        )

    def test_another_address(
        self, people: SimpleNamespace, change: ChangeRequest
    ) -> None:
        assert self.reasons(change, people.clinician) == ""
        self.change_email(people.access, people.clinician)
        people.clinician.refresh_from_db()

        assert "E-mail address" in self.reasons(change, people.clinician)

    def test_another_password_from_the_command_line(
        self, people: SimpleNamespace, change: ChangeRequest
    ) -> None:
        people.clinician.set_password(NEW)
        people.clinician.save()

        assert "Password" in self.reasons(change, people.clinician)

    def test_another_role_beside(
        self, people: SimpleNamespace, change: ChangeRequest
    ) -> None:
        service.change_roles(
            by=people.access,
            person=people.clinician,
            roles=["Clinical reviewer", "Draft reader"],
            reason=REASON,
            seen=service.state_of(people.clinician),
        )
        people.clinician.refresh_from_db()

        assert "Role Draft reader" in self.reasons(change, people.clinician)

    def test_the_own_password_changes_nothing(
        self, people: SimpleNamespace, change: ChangeRequest
    ) -> None:
        client = Client()
        client.post("/staff/login/", {"login": "clinician", "password": PASSWORD})
        client.post(
            "/staff/password/change/",
            {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        )
        people.clinician.refresh_from_db()

        assert people.clinician.check_password(NEW)
        assert self.reasons(change, people.clinician) == ""


def test_drift_is_reported_and_mended(people: SimpleNamespace) -> None:
    group = Group.objects.get(name="Draft reader")
    group.permissions.add(Permission.objects.get(codename="publish_page"))
    Group.objects.create(name="Editors")
    GroupPagePermission.objects.filter(group__name="Policy author").first().delete()
    people.author.user_permissions.add(Permission.objects.first())

    found = run_checks(tags=["database"], databases=["default"])
    assert [message.id for message in found] == ["accounts.W001"] * 4
    call_command("provision_site", verbosity=0)

    assert run_checks(tags=["database"], databases=["default"]) == []


def test_who_held_which_role_on_a_day(
    people: SimpleNamespace, browser_of: Callable[[User], Client], time_machine: Any
) -> None:
    today = timezone.localdate()
    time_machine.move_to(timezone.now() + datetime.timedelta(days=5), tick=False)
    service.change_roles(
        by=people.access,
        person=people.emergency,
        roles=[],
        reason="=1+1",
        seen=service.state_of(people.emergency),
    )
    client = browser_of(people.governance)

    then = client.get(f"/admin/roles-held/?on={today}").content.decode()
    now = client.get("/admin/roles-held/").content.decode()
    table = client.get(f"/admin/roles-held/export.csv?on={today}")

    assert "Emergency publisher" in then
    assert "Emergency publisher" not in now
    assert b"Emergency publisher" in b"".join(table.streaming_content)  # type: ignore[arg-type]
    assert client.get("/admin/roles-held/?on=31.2.2026").status_code == 422
    assert client.get("/admin/people/").status_code == 403


def test_the_dashboard_says_what_each_role_may_do(
    people: SimpleNamespace, browser_of: Callable[[User], Client]
) -> None:
    for person, words in [
        (people.author, "You can draft policies and submit them for approval."),
        (people.access, "You can invite and deactivate people"),
        (people.admin, "You cannot approve anything."),
        (
            UserFactory(roles=["Draft reader"]),
            "You can read drafts and changes in review.",
        ),
    ]:
        assert words in browser_of(person).get("/admin/").content.decode()
