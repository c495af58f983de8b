"""How staff sign in: the door, guessing, fresh proof."""

import io
import re
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from policies.outbox import deliver
from portal.accounts.grants import because
from portal.accounts.models import CredentialChange, User
from portal.audit.models import AuditEntry
from portal.refusals import Refusal
from tests.factories.people import PASSWORD, UserFactory
from tests.portal.signing_in import (
    SIGN_IN,
    WRONG,
    is_in,
    sign_in,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "door",
    ["/admin/", "/admin/login/", "/django-admin/", "/_util/login/", "/staff/"],
)
def test_every_door_leads_to_the_one_sign_in(site: object, door: str) -> None:
    answer = Client().get(f"{door}?next=/admin/pages/", follow=True)

    assert answer.request["PATH_INFO"] == SIGN_IN
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "address",
    ["signup/", "email/", "inactive/", "password/set/", "login/code/confirm/"],
)
def test_doors_that_nobody_needs_are_shut(
    people: SimpleNamespace, address: str
) -> None:
    client = Client()
    client.force_login(people.author)

    assert client.get(f"/staff/{address}").status_code == 404
    assert client.get("/admin/password_reset/").status_code == 404


@pytest.mark.parametrize("name", ["author", "AUTHOR", "author@example.org"])
def test_a_name_or_an_address_signs_in(people: SimpleNamespace, name: str) -> None:
    client = Client()

    assert sign_in(client, name)["Location"] == "/admin/"
    assert is_in(client)


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/"])
def test_sign_in_leads_nowhere_else(people: SimpleNamespace, next_url: str) -> None:
    answer = Client().post(
        SIGN_IN, {"login": "author", "password": PASSWORD, "next": next_url}
    )

    assert answer["Location"] == "/admin/"


def test_failures_look_and_cost_the_same(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, deactivated, invited without a password, and a wrong password."""
    User.objects.filter(pk=people.author2.pk).update(is_active=False)
    invited = UserFactory(username="invited")
    invited.set_unusable_password()
    invited.save()
    hashed = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(
        hasher, "encode", lambda *args: hashed.append(1) or encode(*args)
    )
    attempts = [
        ("nobody", PASSWORD),
        ("author2", PASSWORD),
        ("author2", "wrong"),
        ("invited", "wrong"),
        ("author", "wrong"),
        ("author@example.org", "wrong"),
        ("nobody@example.org", "wrong"),
    ]

    answers, costs = [], []
    for name, password in attempts:
        before = len(hashed)
        answer = sign_in(Client(), name, password)
        page = answer.content.decode().replace(name, "NAME")
        answers.append((answer.status_code, re.sub(r'value="\w{64}"', "", page)))
        costs.append(len(hashed) - before)

    assert len(set(answers)) == 1
    assert WRONG in answers[0][1]
    assert costs == [1] * len(attempts)


def test_a_link_for_a_new_password_is_asked_for_the_same_way_by_anybody(
    people: SimpleNamespace,
) -> None:
    pages = []
    for address in ("author@example.org", "nobody@example.org"):
        answer = Client().post("/staff/password/reset/", {"email": address})
        assert answer["Location"] == "/staff/password/reset/done/"
        pages.append(Client().get(answer["Location"]).content)
    deliver()

    assert pages[0] == pages[1]
    (letter,) = mail.outbox
    assert letter.to == ["author@example.org"]


def test_the_mailed_link_sets_a_password_once(people: SimpleNamespace) -> None:
    Client().post("/staff/password/reset/", {"email": "author@example.org"})
    deliver()
    path = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert path is not None
    client = Client()
    form = client.get(path[1], follow=True).request["PATH_INFO"]
    short = {"password1": "short", "password2": "short"}
    common = {"password1": "password1234", "password2": "password1234"}
    good = {"password1": "seven green otters", "password2": "seven green otters"}

    for refused in (short, common):
        assert b"nhsuk-error-message" in client.post(form, refused).content
    client.post(form, good)

    assert sign_in(Client(), "author", "seven green otters").status_code == 302
    again = Client().get(path[1], follow=True)
    assert b"password1" not in again.content


class TestGuessing:
    """Wrong passwords from one network and from many."""

    @pytest.fixture(autouse=True)
    def _from_proxies(self) -> Iterator[None]:
        with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
            yield

    def guess(self, address: str, name: str = "author", password: str = "no") -> Any:
        return sign_in(Client(), name, password, headers={"x-forwarded-for": address})

    def test_one_network_is_stopped_and_the_honest_user_is_not(
        self, people: SimpleNamespace
    ) -> None:
        tried = [self.guess("198.51.100.7").content.decode() for _ in range(8)]

        assert [WRONG in page for page in tried] == [True] * 5 + [False] * 3
        assert "Too many wrong attempts" in tried[-1]
        # The right password does not help the guesser, nor do other spellings.
        for name in ("author", " AUTHOR ", "author@example.org"):
            assert self.guess("198.51.100.7", name, PASSWORD).status_code == 200
        assert self.guess("203.0.113.9", password=PASSWORD).status_code == 302
        assert self.guess("198.51.100.7", "approver1", PASSWORD).status_code == 302

    def test_many_networks_are_stopped_and_a_known_browser_is_not(
        self, people: SimpleNamespace
    ) -> None:
        """Guesses from everywhere at one name leave three ways in."""
        known = Client()
        sign_in(known, "author", headers={"x-forwarded-for": "192.0.2.1"})
        known.post("/admin/logout/")
        for number in range(120):
            self.guess(f"10.0.{number}.1")

        assert self.guess("10.1.1.1", password=PASSWORD).status_code == 200
        answer = sign_in(known, "author", headers={"x-forwarded-for": "10.0.7.1"})
        assert answer.status_code == 302
        Client().post("/staff/password/reset/", {"email": "author@example.org"})
        deliver()
        path = re.search(r"http://testserver(/staff/\S+)", mail.outbox[-1].body)
        assert path is not None
        client = Client()
        form = client.get(path[1], follow=True).request["PATH_INFO"]
        new = "seven green otters"
        client.post(form, {"password1": new, "password2": new})
        assert self.guess("10.1.1.1", password=new).status_code == 302
        limits = AuditEntry.objects.filter(action="sign_in.locked")
        assert {"limits": "name"} in [entry.after for entry in limits]

    def test_what_is_counted_names_no_address(
        self, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keys: list[str] = []
        add = cache.add
        monkeypatch.setattr(
            cache, "add", lambda key, *a, **k: keys.append(key) or add(key, *a, **k)
        )
        self.guess("198.51.100.7")

        assert keys
        assert not [key for key in keys if "198.51" in key or "author" in key]
        entry = AuditEntry.objects.filter(action="sign_in.refused").latest("pk")
        assert "198.51" not in str(vars(entry))


def test_nobody_is_told_to_need_what_the_portal_does_not_ask_for(
    people: SimpleNamespace,
) -> None:
    client = Client()
    sign_in(client, "author")

    page = client.get("/staff/").content.decode()

    assert "asks nobody for one" in page
    assert "Your roles need" not in page


def test_an_old_sign_in_is_proved_again_and_the_form_goes_on(
    people: SimpleNamespace, time_machine: Any
) -> None:
    client = Client()
    sign_in(client, "access")
    address = f"/admin/people/{people.author.pk}/"
    state = client.get(address).context["state"]
    form = {"state": state, "roles": ["Draft reader"], "reason": "Asked by her team"}
    time_machine.move_to(time.time() + 11 * 60, tick=False)

    suspended = client.post(f"{address}roles/", form)
    assert suspended["Location"].startswith("/staff/reauthenticate/")
    assert people.author.groups.count() == 2
    client.post(suspended["Location"], {"password": PASSWORD})

    assert people.author.groups.get().name == "Draft reader"


def test_nobody_changes_how_another_person_signs_in(
    people: SimpleNamespace, with_app: User
) -> None:
    admin = Client()
    sign_in(admin, "admin")
    authenticator = Authenticator.objects.filter(user=with_app).first()
    assert authenticator is not None
    link = {
        "user": with_app.pk,
        "provider": "staff",
        "uid": "x",
        "extra_data": '{"sub": "x"}',
    }

    removed = admin.post(
        f"/django-admin/mfa/authenticator/{authenticator.pk}/delete/", {"post": "yes"}
    )
    linked = admin.post("/django-admin/socialaccount/socialaccount/add/", link)

    assert (removed.status_code, linked.status_code) == (403, 403)
    assert "Nobody changes how another person signs in" in removed.content.decode()
    assert Authenticator.objects.filter(user=with_app).count() == 2


@pytest.mark.parametrize("model", ["account/emailaddress", "socialaccount/socialapp"])
def test_django_admin_adds_no_way_to_sign_in(
    people: SimpleNamespace, model: str
) -> None:
    client = Client()
    client.force_login(people.admin)

    assert client.get("/django-admin/").status_code == 200
    assert client.get(f"/django-admin/{model}/add/").status_code == 404


def test_nobody_adds_an_address_for_another_person(people: SimpleNamespace) -> None:
    address = EmailAddress(
        user=people.approver1, email="mine@example.org", verified=True, primary=True
    )

    with because("To read the mail", by=people.admin), pytest.raises(Refusal):
        address.save()


def test_the_operator_helps_who_lost_everything(
    people: SimpleNamespace, with_app: User
) -> None:
    client = Client()
    client.force_login(with_app)
    for wrong in (["nobody", "--reason=Lost"], ["author", "--reason= "]):
        with pytest.raises(CommandError):
            call_command("remove_second_factor", *wrong)

    call_command("remove_second_factor", "author", reason="Lost", stdout=io.StringIO())
    deliver()

    assert not Authenticator.objects.filter(user=with_app).exists()
    assert not is_in(client)
    change = CredentialChange.objects.get(user=with_app)
    assert (change.kind, change.changed_by) == ("second_factor", None)
    assert AuditEntry.objects.latest("pk").reason == "Lost"
    assert "second factor" in mail.outbox[-1].subject
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("remove_second_factor", "author", reason="Lost")
