"""The second factor, and how long a session lasts."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from policies.outbox import deliver
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from tests.factories.people import UserFactory
from tests.portal.signing_in import (
    SIGN_IN,
    code_for,
    is_in,
    sign_in,
)

pytestmark = pytest.mark.once


class TestSecondFactor:
    """With PORTAL_REQUIRE_MFA."""

    @pytest.fixture(autouse=True)
    def _required(self) -> Iterator[None]:
        with override_settings(REQUIRE_SECOND_FACTOR=True):
            yield

    def test_the_first_sign_in_leads_to_enrolment(
        self, people: SimpleNamespace
    ) -> None:
        client = Client()
        sign_in(client, "author")
        answer = client.get("/admin/")
        assert answer["Location"] == "/staff/second-factor/totp/activate/"
        page = client.get(answer["Location"])
        secret = page.context["form"].secret
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        client.post(answer["Location"], {"code": code})

        stored = Authenticator.objects.get(user=people.author, type="totp")
        assert secret not in str(stored.data)
        assert client.get("/admin/")["Location"].startswith(
            "/staff/second-factor/reauthenticate/"
        )

    def test_who_only_reads_needs_none(self, site: object) -> None:
        UserFactory(username="reader", roles=["Draft reader"])
        client = Client()
        sign_in(client, "reader")

        assert is_in(client)

    def test_the_code_opens_and_does_so_once(
        self, with_app: User, time_machine: Any
    ) -> None:
        time_machine.move_to("2026-03-02T10:00:05+00:00", tick=False)
        code = code_for(time.time())
        first, second = Client(), Client()
        for client in (first, second):
            answer = sign_in(client, "author")
            assert answer["Location"].startswith("/staff/second-factor/authenticate/")
            assert not is_in(client)
            client.post("/staff/second-factor/authenticate/", {"code": code})

        assert is_in(first)
        assert not is_in(second)

    def test_a_recovery_code_opens_once(self, with_app: User) -> None:
        codes = RecoveryCodes(
            Authenticator.objects.get(user=with_app, type="recovery_codes")
        )
        code = codes.get_unused_codes()[0]
        results = []
        for client in (Client(), Client()):
            sign_in(client, "author")
            client.post("/staff/second-factor/authenticate/", {"code": code})
            results.append(is_in(client))

        assert results == [True, False]

    def test_codes_cannot_be_guessed(self, with_app: User) -> None:
        client = Client()
        sign_in(client, "author")
        pages = [
            client.post("/staff/second-factor/authenticate/", {"code": f"{n:06}"})
            for n in range(8)
        ]

        assert "Too many" in pages[-1].content.decode()
        assert "new password" not in pages[-1].content.decode()
        good = client.post(
            "/staff/second-factor/authenticate/", {"code": code_for(time.time())}
        )
        assert good.status_code == 200
        assert not is_in(client)

    def test_a_session_from_before_shows_it_too(self, with_app: User) -> None:
        client = Client()
        client.force_login(with_app)

        page = client.get("/admin/")
        asked = client.get("/admin/", headers={"accept": "application/json"})

        assert page["Location"].startswith("/staff/second-factor/reauthenticate/")
        assert asked.status_code == 403


class TestSessions:
    def test_the_key_changes_at_sign_in(self, people: SimpleNamespace) -> None:
        client = Client()
        client.get(SIGN_IN)
        session = client.session
        session["planted"] = "yes"
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        sign_in(client, "author")

        assert client.session.session_key != session.session_key
        stolen = Client()
        stolen.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        assert not is_in(stolen)

    def test_a_stolen_cookie_dies_with_the_sign_out(
        self, people: SimpleNamespace
    ) -> None:
        client, thief = Client(), Client()
        sign_in(client, "author")
        key = client.session.session_key
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert is_in(thief)
        client.post("/staff/logout/")

        assert not is_in(thief)

    def test_it_ends_idle_and_old_and_says_why(
        self, people: SimpleNamespace, time_machine: Any
    ) -> None:
        time_machine.move_to("2026-03-02T08:00:00+00:00", tick=False)
        idle, old = Client(), Client()
        for client in (idle, old):
            sign_in(client, "clinician")
        lasted = 0
        while is_in(old):
            time_machine.shift(20 * 60)
            lasted += 20
            # A page that lies open asks this by itself.
            idle.post("/admin/editing-sessions/ping/")

        assert lasted == 740
        answer = old.get("/admin/", follow=True)
        assert answer.request["PATH_INFO"] == SIGN_IN
        assert "30 minutes" in idle.get("/admin/", follow=True).content.decode()

    def test_a_form_of_an_ended_session_says_how_to_save_the_text(
        self, people: SimpleNamespace, time_machine: Any
    ) -> None:
        time_machine.move_to("2026-03-02T08:00:00+00:00", tick=False)
        client = Client()
        sign_in(client, "author")
        time_machine.shift(31 * 60)

        answer = client.post("/admin/pages/add/", {"title": "Long text"})

        assert answer.status_code == 403
        assert "Sign in again in a new tab" in answer.content.decode()

    def test_everywhere_else_can_be_ended(self, people: SimpleNamespace) -> None:
        here, elsewhere = Client(), Client()
        for client in (here, elsewhere):
            sign_in(client, "author")
        here.post("/staff/sign-out-everywhere/")

        assert is_in(here)
        assert not is_in(elsewhere)

    def test_deactivation_ends_it_at_the_next_request(
        self, people: SimpleNamespace
    ) -> None:
        client = Client()
        sign_in(client, "author")
        people.author.is_active = False
        people.author.save()

        assert not is_in(client)

    def test_a_new_browser_is_told_by_mail_and_a_known_one_is_not(
        self, people: SimpleNamespace
    ) -> None:
        client = Client()
        for _time in range(2):
            sign_in(client, "author")
            client.post("/staff/logout/")
        deliver()

        assert [letter.to for letter in mail.outbox] == [["author@example.org"]]
        assert "new browser" in mail.outbox[0].subject

    def test_break_glass_is_told_to_the_governance_leads(
        self, people: SimpleNamespace
    ) -> None:
        sign_in(Client(), "admin")
        deliver()

        told = [letter for letter in mail.outbox if "administrator" in letter.subject]
        assert [letter.to for letter in told] == [["governance@example.org"]]
        assert AuditEntry.objects.filter(action="sign_in.break_glass").count() == 1
