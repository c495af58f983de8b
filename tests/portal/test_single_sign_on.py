"""Single sign-on with a real provider."""

import secrets
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client, override_settings

from portal.accounts.freshness import AUTHENTICATED_AT
from portal.accounts.models import RoleGrant, User
from portal.accounts.people import state_of
from portal.audit.models import AuditEntry
from tests.factories.open_id import put_person, real_provider, trusting
from tests.portal.signing_on import (
    CALLBACK,
    GROUPS,
    LOGIN,
    is_in,
    question,
    way_out,
)

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider() as address:
        yield address


class TestRealProvider:
    """From the button to the dashboard and back."""

    @pytest.fixture(autouse=True)
    def _trusted(self, people: SimpleNamespace, issuer: str) -> Iterator[None]:
        with trusting(issuer, SSO_GROUP_ROLES=GROUPS):
            yield

    @pytest.fixture
    def subject(self) -> str:
        return secrets.token_hex(6)

    def come_back(self, client: Client, subject: str, **query: str) -> HttpResponse:
        """Press the button, say who one is at the provider, and follow it back."""
        asked = way_out(client, **query)
        answer = requests.post(
            asked, data={"sub": subject}, allow_redirects=False, timeout=10
        )
        return client.get(
            urlsplit(answer.headers["Location"])._replace(scheme="", netloc="").geturl()
        )  # type: ignore[return-value]

    def test_an_invited_person_comes_in_and_groups_become_roles(
        self, people: SimpleNamespace, issuer: str, subject: str
    ) -> None:
        claims = {"email": "author@example.org", "email_verified": True}
        put_person(issuer, subject, **claims, groups=["clinicians", "choir"])
        client = Client()

        answer = self.come_back(client, subject, next="/admin/reports/")

        people.author.refresh_from_db()
        assert answer["Location"] == "/admin/reports/"
        assert is_in(client)
        # What the mapping does not name stays with the access administrators.
        assert people.author.role_names == {"Clinical reviewer", "Treatment editor"}
        grant = RoleGrant.objects.filter(user=people.author).first()
        assert grant is not None
        assert (grant.granted_by, "directory" in grant.reason) == (None, True)

        put_person(issuer, subject, groups=["policy-authors"], email="else@example.org")
        self.come_back(Client(), subject)
        people.author.refresh_from_db()
        assert people.author.role_names == {"Policy author", "Treatment editor"}
        assert people.author.email == "author@example.org"

    @pytest.mark.parametrize("amr", [["pwd", "mfa"], ["pwd"], None])
    def test_the_second_factor_may_be_shown_at_the_provider(
        self, people: SimpleNamespace, issuer: str, subject: str, amr: Any
    ) -> None:
        claims = {"email": "author@example.org", "email_verified": True}
        put_person(issuer, subject, **claims, **({"amr": amr} if amr else {}))
        client = Client()
        self.come_back(client, subject)

        with override_settings(REQUIRE_SECOND_FACTOR=True):
            assert is_in(client) is bool(amr and "mfa" in amr)

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": "nobody@example.org", "email_verified": True},
            {"email": "admin@example.org", "email_verified": True},
            {"email": "author2@example.org", "email_verified": True},
            {"email": "author@example.org", "email_verified": False},
            {"email": "author@example.org", "email_verified": "true"},
            {"email": "author@example.org"},
            {"email": "", "email_verified": True},
        ],
        ids=["unknown", "superuser", "inactive", "no", "text", "unsaid", "empty"],
    )
    def test_who_has_no_account_here_is_told_so(
        self,
        people: SimpleNamespace,
        issuer: str,
        subject: str,
        claims: dict[str, Any],
    ) -> None:
        User.objects.filter(pk=people.author2.pk).update(is_active=False)
        put_person(issuer, subject, **claims)
        client = Client()

        answer = self.come_back(client, subject)

        assert answer.status_code == 403
        assert "Ask an access administrator to invite you" in answer.content.decode()
        assert not is_in(client)
        assert not SocialAccount.objects.exists()
        assert AuditEntry.objects.filter(action="sign_in.sso_refused").exists()

    def test_a_link_dies_with_the_account(
        self, people: SimpleNamespace, issuer: str, subject: str
    ) -> None:
        put_person(issuer, subject, email="author@example.org", email_verified=True)
        self.come_back(Client(), subject)
        User.objects.filter(pk=people.author.pk).update(is_active=False)

        assert self.come_back(Client(), subject).status_code == 403

    def test_a_code_works_once(
        self, people: SimpleNamespace, issuer: str, subject: str
    ) -> None:
        put_person(issuer, subject, email="author@example.org", email_verified=True)
        client, thief = Client(), Client()
        asked = way_out(client)
        answer = requests.post(
            asked, data={"sub": subject}, allow_redirects=False, timeout=10
        )
        path = urlsplit(answer.headers["Location"])
        back = f"{path.path}?{path.query}"

        assert thief.get(back).status_code == 403
        assert client.get(back).status_code == 302
        again = Client()
        again.cookies = client.cookies
        again.post("/staff/logout/")
        assert again.get(back).status_code == 403

    def test_cancelling_there_is_no_failure(self, people: SimpleNamespace) -> None:
        client = Client()
        state = question(client)["state"]
        answer = client.get(
            f"{CALLBACK}?error=access_denied&state={state}", follow=True
        )

        assert "You cancelled the sign-in" in answer.content.decode()
        assert not is_in(client)

    def test_a_fresh_proof_at_the_provider_lets_the_form_go_on(
        self, people: SimpleNamespace, issuer: str, subject: str
    ) -> None:
        """Somebody without a password here; groups change in the meantime."""
        people.access.set_unusable_password()
        people.access.save()
        put_person(issuer, subject, email="access@example.org", email_verified=True)
        client = Client()
        self.come_back(client, subject)
        address = f"/admin/people/{people.author.pk}/roles/"
        form = {
            "state": state_of(people.author),
            "roles": ["Draft reader"],
            "reason": "Asked by her team",
        }
        session = client.session
        session[AUTHENTICATED_AT] -= 11 * 60
        session.save()

        waiting = client.post(address, form)
        assert waiting["Location"].startswith(LOGIN)
        assert (
            "What you filled in here is kept"
            in client.get(waiting["Location"]).content.decode()
        )
        assert people.author.groups.count() == 2
        back = self.come_back(client, subject, next=address)
        client.get(back["Location"])

        assert people.author.groups.get().name == "Draft reader"
        grant = RoleGrant.objects.filter(user=people.author).first()
        assert grant is not None
        assert grant.granted_by == people.access
        assert client.get("/staff/sso/carry-on/")["Location"] == "/admin/"
