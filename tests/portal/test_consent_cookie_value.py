"""The consent cookie comes from outside: whatever it says, the site stays up."""

import json
import random
import string

import pytest
from cookie_consent.models import CookieGroup
from cookie_consent.util import parse_cookie_str
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.consent.cookie_value import normalise
from portal.consent.middleware import ConsentMiddleware
from portal.consent.notices import Declaration, declaration_of
from portal.consent.provisioning import provision_cookie_groups
from portal.consent.views.choosing import state

pytestmark = pytest.mark.once

TAMPERED_COOKIES = 5_000
STATE_QUERIES_WHEN_WARM = 0


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


def browser_sending(value: str) -> Client:
    """Servers hand over the bytes of a header one by one, as latin-1."""
    header = f'cookie_consent="{value}"'.encode().decode("latin-1")
    return Client(headers={"cookie": header})


def declaration() -> Declaration:
    return declaration_of(HttpRequest())


def tampered_values() -> list[str]:
    """Broken stamps, foreign letters, control characters and plain noise."""
    chooser = random.Random(20261123)
    alphabet = string.printable + "é😀=|-1"
    fragments = [
        "9999",
        "true",
        "é",
        "1",
        "--1",
        "",
        "2026-99-99T00:00:00+00:00",
        "2999-01-01T00:00:00+00:00",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00+05:00",
        "\\012",
        "\x00",
    ]
    values = [f"statistics={fragment}" for fragment in fragments]
    while len(values) < TAMPERED_COOKIES:
        noise = "".join(chooser.choices(alphabet, k=chooser.randrange(1, 60)))
        values.append(f"statistics={noise}|{noise}={chooser.choice(fragments)}")
    return [
        *values,
        "statistics=" + "9" * 64_000,
        "|" * 3000,
        "statistics=-1|statistics=9999",
        "_notice=99999999999999999999|statistics=true",
    ]


def test_no_tampered_cookie_breaks_the_site_or_counts_as_yes():
    factory = RequestFactory()
    respond = ConsentMiddleware(state)
    for value in tampered_values():
        header = f'cookie_consent="{value}"'.encode().decode("latin-1")
        response = respond(factory.get(reverse("consent_state"), HTTP_COOKIE=header))

        assert response.status_code == 200, value
        assert json.loads(response.content)["accepted"] == [], value


@pytest.mark.parametrize(
    "header",
    [
        b"cookie_consent=\xff\xfe\x00",
        "cookie_consent=\U0001f36a".encode(),
        b"cookie_consent=statistics=9999; cookie_consent=statistics=true",
        b"cookie_consent=" + b"a" * 65_536,
    ],
)
@pytest.mark.parametrize("url_name", ["consent_record", "cookie_consent_accept"])
def test_every_address_survives_a_tampered_cookie(header, url_name):
    client = Client(headers={"cookie": header.decode("latin-1")})

    client.get(reverse("consent_state"))
    response = client.post(reverse(url_name), {})

    assert response.status_code < 500
    assert client.get(reverse("consent_state")).json()["accepted"] == []


def test_refusing_with_a_tampered_cookie_keeps_nothing_of_it():
    client = browser_sending("emoji=\U0001f36a|unknown=-1|statistics=9999")

    response = client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    assert response.status_code == 302
    assert set(response.cookies["cookie_consent"].value.split("|")) == {
        "statistics=-1",
        "embedded-media=-1",
        "_notice=1",
    }


def test_what_the_site_wrote_itself_survives(client):
    client.post(reverse("cookie_consent_accept"), {"cookie_groups": "statistics"})
    written = client.cookies["cookie_consent"].value

    kept = normalise(written, declaration())

    assert parse_cookie_str(kept) == parse_cookie_str(written)


def test_value_over_the_limit_is_dropped_whole():
    value = "statistics=-1" + "|x=-1" * 1000

    assert normalise(value, declaration()) == ""


def test_required_groups_are_no_part_of_the_choice():
    assert CookieGroup.objects.get(varname="essential").is_required

    assert normalise("essential=-1", declaration()) == ""


def test_state_sets_no_cookie_and_needs_no_query_when_warm(
    client, django_assert_num_queries
):
    client.get(reverse("consent_state"))

    with django_assert_num_queries(STATE_QUERIES_WHEN_WARM):
        response = client.get(reverse("consent_state"))

    assert not response.cookies
    assert response["Cache-Control"] == "private, no-store"
    assert response.json()["undecided"] == ["statistics", "embedded-media"]


def test_request_without_a_consent_cookie_needs_no_query(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = client.get(reverse("consent_token"))

    assert response.status_code == 200
