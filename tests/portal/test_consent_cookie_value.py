"""The consent cookie comes from outside: whatever it says, the site stays up."""

import random
import string

import pytest
from cookie_consent.cache import all_cookie_groups
from cookie_consent.models import CookieGroup
from django.test import Client
from django.urls import reverse

from portal.consent.cookie_value import normalise
from portal.consent.provisioning import provision_cookie_groups

TAMPERED_COOKIES = 300
STATE_QUERIES_WHEN_WARM = 0


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


def browser_sending(value: str) -> Client:
    """Servers hand over the bytes of a header one by one, as latin-1."""
    header = f'cookie_consent="{value}"'.encode().decode("latin-1")
    return Client(headers={"cookie": header})


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
    return [*values, "statistics=" + "9" * 8000, "|" * 3000]


def test_no_tampered_cookie_breaks_the_site_or_counts_as_yes():
    for value in tampered_values():
        response = browser_sending(value).get(reverse("consent_state"))

        assert response.status_code == 200, value
        assert response.json()["accepted"] == [], value


def test_refusing_with_a_tampered_cookie_keeps_nothing_of_it():
    client = browser_sending("emoji=\U0001f36a|unknown=-1|statistics=9999")

    response = client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    assert response.status_code == 302
    assert set(response.cookies["cookie_consent"].value.split("|")) == {
        "statistics=-1",
        "embedded-media=-1",
    }


def test_what_the_site_wrote_itself_survives(client):
    client.post(reverse("cookie_consent_accept"), {"cookie_groups": "statistics"})
    written = client.cookies["cookie_consent"].value

    kept = normalise(written, all_cookie_groups())

    assert kept == written


def test_value_over_the_limit_is_dropped_whole():
    value = "statistics=-1" + "|x=-1" * 1000

    assert normalise(value, all_cookie_groups()) == ""


def test_required_groups_are_no_part_of_the_choice():
    assert CookieGroup.objects.get(varname="essential").is_required

    assert normalise("essential=-1", all_cookie_groups()) == ""


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
