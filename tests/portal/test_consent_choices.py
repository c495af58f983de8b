"""Every choice is recorded once, and no evidence means no tracking."""

import pytest
from cookie_consent.models import ACTION_ACCEPTED, ACTION_DECLINED, LogItem
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.consent.provisioning import provision_cookie_groups

OPTIONAL_GROUPS = ["statistics", "embedded-media"]
YES_TO_STATISTICS = {"choice-statistics": "yes", "choice-embedded-media": "no"}


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


@pytest.fixture
def _log_cannot_be_written(db):
    """The table is out of the way until the end of the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cookie_consent_logitem RENAME TO logitem_away")


def logged() -> set[tuple[str, int]]:
    return set(LogItem.objects.values_list("cookiegroup__varname", "action"))


def state(client: Client) -> dict[str, list[str]]:
    return client.get(reverse("consent_state")).json()


def test_first_view_of_the_cookies_page_selects_nothing(client):
    response = client.get(reverse("cookie_consent_cookie_group_list"))

    html = response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert " checked" not in html
    assert html.count('value="Accept"') == len(OPTIONAL_GROUPS)
    assert html.count('value="Decline"') == len(OPTIONAL_GROUPS)


@pytest.mark.parametrize(
    ("url_name", "action", "list_name"),
    [
        ("cookie_consent_accept", ACTION_ACCEPTED, "accepted"),
        ("cookie_consent_decline", ACTION_DECLINED, "declined"),
    ],
)
def test_each_group_of_a_choice_is_logged_once(client, url_name, action, list_name):
    response = client.post(reverse(url_name), {"cookie_groups": OPTIONAL_GROUPS})

    assert response.status_code == 302
    assert response.url == reverse("cookie_consent_cookie_group_list")
    assert LogItem.objects.count() == len(OPTIONAL_GROUPS)
    assert logged() == {(varname, action) for varname in OPTIONAL_GROUPS}
    assert state(client)[list_name] == OPTIONAL_GROUPS


def test_mixed_choice_keeps_both_answers(client):
    response = client.post(reverse("consent_save"), YES_TO_STATISTICS)

    assert response.status_code == 303
    assert logged() == {
        ("statistics", ACTION_ACCEPTED),
        ("embedded-media", ACTION_DECLINED),
    }
    assert state(client) == {
        "accepted": ["statistics"],
        "declined": ["embedded-media"],
        "undecided": [],
    }


def test_saved_choice_is_confirmed_and_shown(client):
    response = client.post(reverse("consent_save"), YES_TO_STATISTICS, follow=True)

    html = response.content.decode()
    assert "Your cookie choices have been saved." in html
    assert html.count(" checked") == len(OPTIONAL_GROUPS)


def test_link_cannot_claim_that_a_choice_was_saved(client):
    response = client.get(reverse("cookie_consent_cookie_group_list"), {"saved": "yes"})

    assert "have been saved" not in response.content.decode()


@pytest.mark.parametrize(
    ("next_url", "is_offered"),
    [
        ("/treatments/", True),
        ("//example.org/", False),
        ("https://example.org/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_way_back_never_leads_off_the_site(client, next_url, is_offered):
    form = {**YES_TO_STATISTICS, "next": next_url}

    response = client.post(reverse("consent_save"), form, follow=True)

    assert (f'href="{next_url}"' in response.content.decode()) is is_offered


def test_missing_answer_is_explained_and_nothing_typed_is_lost(client):
    response = client.post(reverse("consent_save"), {"choice-statistics": "no"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in html
    assert "Select yes or no for “Videos and maps”" in html
    assert html.count(" checked") == 1
    assert not LogItem.objects.exists()


@pytest.mark.parametrize("varname", ["unknown", "essential"])
def test_unknown_or_required_group_is_a_form_error(client, varname):
    response = client.post(reverse("cookie_consent_accept"), {"cookie_groups": varname})

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert "cookie_consent" not in response.cookies
    assert not LogItem.objects.exists()


@pytest.mark.parametrize(
    "url_name", ["cookie_consent_accept", "cookie_consent_decline", "consent_save"]
)
def test_choice_without_a_token_is_refused(url_name):
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse(url_name), {"all_groups": "on"})

    assert response.status_code == 403
    assert not LogItem.objects.exists()


def test_token_from_its_own_address_is_enough():
    client = Client(enforce_csrf_checks=True)
    token = client.get(reverse("consent_token")).json()["token"]

    response = client.post(
        reverse("cookie_consent_accept"),
        {"all_groups": "on"},
        headers={"X-CSRFToken": token, "X-Cookie-Consent-Fetch": "1"},
    )

    assert response.status_code == 200
    assert state(client)["accepted"] == OPTIONAL_GROUPS


@pytest.mark.usefixtures("_log_cannot_be_written")
def test_refusal_counts_even_if_it_cannot_be_logged(client):
    response = client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    assert response.status_code == 302
    assert state(client)["declined"] == OPTIONAL_GROUPS


@pytest.mark.usefixtures("_log_cannot_be_written")
def test_acceptance_without_evidence_switches_nothing_on(client):
    response = client.post(reverse("cookie_consent_accept"), {"all_groups": "on"})

    assert response.status_code == 503
    assert "Nothing was switched on." in response.content.decode()
    assert state(client)["undecided"] == OPTIONAL_GROUPS


@pytest.mark.usefixtures("_log_cannot_be_written")
def test_mixed_choice_without_evidence_keeps_the_refusal_only(client):
    response = client.post(reverse("consent_save"), YES_TO_STATISTICS)

    assert response.status_code == 503
    assert state(client)["declined"] == ["embedded-media"]
    assert state(client)["undecided"] == ["statistics"]
