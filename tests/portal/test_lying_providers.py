"""Single sign-on with a provider that lies, is slow, or is not there."""

import json
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings

from policies import decisions
from portal.accounts.models import User
from portal.accounts.people import state_of
from portal.audit.models import AuditEntry
from tests.factories.approval import submit
from tests.factories.open_id import CLIENT, trusting
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import PASSWORD
from tests.portal import lying_provider
from tests.portal.lying_provider import CONFIGURATION, LyingProvider, as_json
from tests.portal.signing_on import (
    CALLBACK,
    FAR_AHEAD,
    GROUPS,
    LOGIN,
    LONG_AGO,
    is_in,
    question,
)

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    with lying_provider.serve() as server:
        yield server


@pytest.fixture
def provider(
    people: SimpleNamespace, server: ThreadingHTTPServer
) -> Iterator[LyingProvider]:
    issuer = f"http://127.0.0.1:{server.server_port}"
    provider = LyingProvider(issuer=issuer)
    provider.claims = {"email": "author@example.org", "email_verified": True}
    server.provider = provider  # type: ignore[attr-defined]
    with trusting(issuer, SOCIALACCOUNT_REQUESTS_TIMEOUT=0.3):
        yield provider


def sign_on(provider: LyingProvider, client: Client) -> HttpResponse:
    asked = question(client)
    provider.claims.setdefault("nonce", asked["nonce"])
    query = urlencode({"code": "code", "state": asked["state"]})
    return client.get(f"{CALLBACK}?{query}")  # type: ignore[return-value]


class TestLyingProvider:
    """Each lie is refused with a page, and nobody is signed in."""

    def assert_refused(
        self, provider: LyingProvider, words: str = "not one that we can trust"
    ) -> None:
        client = Client()
        answer = sign_on(provider, client)

        assert answer.status_code == 403
        assert words in answer.content.decode()
        assert not is_in(client)
        assert not SocialAccount.objects.exists()

    def test_the_truth_is_believed(self, provider: LyingProvider) -> None:
        client = Client()
        sign_on(provider, client)

        assert is_in(client)

    @pytest.mark.parametrize(
        ("claim", "value"),
        [
            ("iss", "https://elsewhere.example"),
            ("iss", None),
            ("aud", "another-client"),
            ("aud", [CLIENT, "another-client"]),
            ("aud", None),
            ("azp", "another-client"),
            ("nonce", "guessed"),
            ("nonce", None),
            ("nonce", ["guessed"]),
            ("exp", LONG_AGO),
            ("exp", None),
            ("iat", FAR_AHEAD),
            ("nbf", FAR_AHEAD),
            ("sub", None),
            ("sub", 7),
        ],
    )
    def test_a_wrong_claim(
        self, provider: LyingProvider, claim: str, value: Any
    ) -> None:
        provider.claims[claim] = value

        self.assert_refused(provider)

    def test_a_signature_of_somebody_else(self, provider: LyingProvider) -> None:
        provider.key = lying_provider.new_key()

        self.assert_refused(provider)

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "RS384"])
    def test_a_weak_or_unexpected_algorithm(
        self, provider: LyingProvider, algorithm: str
    ) -> None:
        provider.algorithm = algorithm
        secret = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"]
        keys = {"none": None, "HS256": secret.ljust(32, "x"), "RS384": provider.key}
        provider.key = keys[algorithm]
        provider.published = [
            provider.public_key(kid="first"),
            {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": "first"},
        ]

        self.assert_refused(provider)

    @pytest.mark.parametrize(
        "token", ["", "x", "a.b.c", "....", "é" * 20, 7, None, {"sub": "a"}, ["a"]]
    )
    def test_what_is_no_token(self, provider: LyingProvider, token: Any) -> None:
        answer = as_json({"access_token": "opaque", "id_token": token})
        provider.instead["/token"] = lambda: answer

        self.assert_refused(provider)

    def test_a_token_that_was_shown_before(self, provider: LyingProvider) -> None:
        first = Client()
        sign_on(provider, first)
        provider.token = provider.id_token()
        again = Client()
        again.cookies = first.cookies.copy()  # type: ignore[assignment]

        assert is_in(first)
        for client in (Client(), again):
            assert sign_on(provider, client).status_code == 403

    def test_keys_without_names(self, provider: LyingProvider) -> None:
        """One key is clear; of two without a name nobody knows which is meant."""
        provider.published = [provider.public_key()]
        for provider.key_name in (None, "first"):
            client = Client()
            sign_on(provider, client)
            assert is_in(client)
            del provider.claims["nonce"]

        provider.published = [provider.public_key(), provider.public_key()]
        SocialAccount.objects.all().delete()
        self.assert_refused(provider)

    @pytest.mark.parametrize(
        "keys", [[], [{"kty": "RSA"}], ["x"], [{"kty": "oct", "k": "eA"}], "none"]
    )
    def test_keys_that_are_none(self, provider: LyingProvider, keys: Any) -> None:
        provider.instead["/keys"] = lambda: as_json({"keys": keys})

        self.assert_refused(provider)

    def test_an_address_that_only_looks_the_same(self, provider: LyingProvider) -> None:
        """Databases may fold a dotless letter to another one; it is another one."""
        User.objects.filter(username="clinician").update(email="i@example.org")
        provider.claims["email"] = "ı@example.org"

        self.assert_refused(provider, "Ask an access administrator")

    @pytest.mark.parametrize(
        ("said", "is_believed"), [({}, True), ({"email_verified": False}, False)]
    )
    def test_a_directory_of_own_addresses_need_not_call_them_verified(
        self, provider: LyingProvider, said: dict[str, bool], is_believed: bool
    ) -> None:
        provider.claims = {"email": "author@example.org", **said}
        client = Client()

        with override_settings(SSO_EMAIL_IS_VERIFIED=True):
            sign_on(provider, client)

        assert is_in(client) is is_believed

    @pytest.mark.parametrize("groups", ["clinicians", {"a": 1}, None, [["x"], 7]])
    def test_groups_of_another_shape_give_nothing(
        self, people: SimpleNamespace, provider: LyingProvider, groups: Any
    ) -> None:
        provider.claims["groups"] = groups
        with override_settings(SSO_GROUP_ROLES=GROUPS):
            sign_on(provider, Client())

        people.author.refresh_from_db()
        assert people.author.role_names == {"Treatment editor"}

    def test_groups_that_nobody_may_hold_together_change_nothing(
        self, people: SimpleNamespace, provider: LyingProvider
    ) -> None:
        provider.claims["groups"] = ["keys"]
        client = Client()
        with override_settings(SSO_GROUP_ROLES={"keys": "Access administrator"}):
            sign_on(provider, client)

        people.author.refresh_from_db()
        assert people.author.role_names == {"Policy author", "Treatment editor"}
        assert is_in(client)

    def test_a_provider_that_asks_nobody_proves_no_presence(
        self, people: SimpleNamespace, provider: LyingProvider
    ) -> None:
        """It let somebody in on a session of its own, which began an hour ago."""
        provider.claims |= {
            "email": "access@example.org",
            "auth_time": int(time.time()) - 3600,
        }
        client = Client()
        sign_on(provider, client)
        form = {"state": state_of(people.author), "roles": [], "reason": "Any"}

        asked = client.post(f"/admin/people/{people.author.pk}/roles/", form)

        assert is_in(client)
        assert "/reauthenticate/" in asked["Location"]
        assert people.author.groups.count() == 2

    @pytest.mark.parametrize("process", ["connect", "redirect"])
    def test_nobody_links_another_identity_to_the_own_account(
        self, people: SimpleNamespace, provider: LyingProvider, process: str
    ) -> None:
        provider.claims["email"] = "stranger@example.org"
        client = Client()
        client.post("/staff/login/", {"login": "clinician", "password": PASSWORD})
        asked = question(client, process=process, next="/admin/")
        provider.claims["nonce"] = asked["nonce"]
        query = urlencode({"code": "code", "state": asked["state"]})

        assert client.get(f"{CALLBACK}?{query}").status_code == 403
        assert not SocialAccount.objects.exists()

    def test_a_role_from_the_directory_is_too_late_for_what_waits(
        self, people: SimpleNamespace, provider: LyingProvider
    ) -> None:
        change = submit(PolicyPageFactory(author=people.author), people.author)
        assert decisions.reasons_not_to_decide(change, people.clinician) == []
        provider.claims |= {"email": "clinician@example.org", "groups": ["readers"]}
        with override_settings(SSO_GROUP_ROLES={"readers": "Draft reader"}):
            sign_on(provider, Client())

        clinician = User.objects.get(username="clinician")
        reasons = " ".join(decisions.reasons_not_to_decide(change, clinician))
        assert "Role Draft reader" in reasons


def slow() -> lying_provider.Answer:
    time.sleep(0.5)
    return as_json({})


def status(code: int, text: str = "<html>Sorry</html>") -> lying_provider.Answer:
    return code, "text/html", text.encode()


def other_description(provider: LyingProvider, **values: Any) -> lying_provider.Answer:
    return as_json({**json.loads(provider.answer(CONFIGURATION)[2]), **values})


NONSENSE = {
    "slow": slow,
    "broken": lambda: status(500),
    "html": lambda: status(200),
    "empty": lambda: status(200, ""),
    "elsewhere": lambda: status(302),
    "list": lambda: as_json(["access_token"]),
    "number": lambda: as_json(7),
    "nothing": lambda: as_json({}),
    "bytes": lambda: (200, "application/json", b"\xff\xfe\x00"),
}


class TestUselessProvider:
    """Slow, down, or no provider at all: a page that says so, never a 500."""

    @pytest.mark.parametrize("name", NONSENSE)
    def test_before_anybody_leaves_the_portal(
        self, provider: LyingProvider, name: str
    ) -> None:
        provider.instead[CONFIGURATION] = NONSENSE[name]
        answer = Client().post(LOGIN)

        assert answer.status_code == 503
        assert "Nothing is wrong with your account" in answer.content.decode()
        assert AuditEntry.objects.filter(action="sign_in.sso_refused").exists()

    @pytest.mark.parametrize("path", ["/token", "/keys"])
    @pytest.mark.parametrize("name", NONSENSE)
    def test_on_the_way_back(
        self, provider: LyingProvider, path: str, name: str
    ) -> None:
        provider.instead[path] = NONSENSE[name]
        client = Client()
        answer = sign_on(provider, client)

        assert answer.status_code in {403, 503}
        assert "You are not signed in" in answer.content.decode()
        assert not is_in(client)

    @pytest.mark.parametrize(
        "values",
        [
            {"issuer": "https://elsewhere.example"},
            {"issuer": None},
            {"jwks_uri": "file:///etc/passwd"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"token_endpoint": None},
        ],
    )
    def test_a_description_that_leads_elsewhere(
        self, provider: LyingProvider, values: dict[str, Any]
    ) -> None:
        answer = other_description(provider, **values)
        provider.instead[CONFIGURATION] = lambda: answer

        assert Client().post(LOGIN).status_code == 503

    def test_nobody_is_there(self, people: SimpleNamespace) -> None:
        with trusting("http://127.0.0.1:9"):
            assert Client().post(LOGIN).status_code == 503
        assert Client().post(LOGIN).status_code == 404
