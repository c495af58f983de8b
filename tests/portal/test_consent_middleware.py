"""Which responses may expire a cookie, and how many headers that takes."""

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.consent.middleware import ConsentMiddleware
from portal.consent.models import ItemProfile
from portal.consent.provisioning import provision_cookie_groups

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()
    statistics = CookieGroup.objects.get(varname="statistics")
    Cookie.objects.get_or_create(cookiegroup=statistics, name="portal_statistics")


@pytest.fixture
def request_with_stray_cookie() -> HttpRequest:
    request = RequestFactory().get("/treatments/")
    request.COOKIES["portal_statistics"] = "counted"
    return request


def respond(request: HttpRequest, cache_control: str = "") -> HttpResponse:
    headers = {"Cache-Control": cache_control} if cache_control else {}
    middleware = ConsentMiddleware(lambda request: HttpResponse(headers=headers))
    return middleware(request)


@pytest.mark.parametrize("cache_control", ["public", "s-maxage=60", "max-age=60", ""])
def test_shared_responses_never_expire_a_cookie(
    request_with_stray_cookie, cache_control
):
    response = respond(request_with_stray_cookie, cache_control)

    assert not response.cookies


@pytest.mark.parametrize("cache_control", ["private", "private, no-store", "no-store"])
def test_private_responses_expire_what_was_not_allowed(
    request_with_stray_cookie, cache_control
):
    response = respond(request_with_stray_cookie, cache_control)

    assert response.cookies["portal_statistics"]["max-age"] == 0


def test_cookie_on_several_domains_is_expired_on_each(request_with_stray_cookie):
    statistics = CookieGroup.objects.get(varname="statistics")
    Cookie.objects.create(
        cookiegroup=statistics, name="portal_statistics", domain=".example.org"
    )

    response = respond(request_with_stray_cookie, "private")

    expired = {
        (morsel.key, morsel["domain"], morsel["path"])
        for morsel in response.cookies.values()
    }
    assert "portal_statistics" in response.cookies
    assert expired == {
        ("portal_statistics", "", "/"),
        ("portal_statistics", ".example.org", "/"),
    }


def test_accepted_cookie_is_left_alone(client):
    client.cookies["portal_statistics"] = "counted"

    response = client.post(
        reverse("cookie_consent_accept"), {"cookie_groups": "statistics"}
    )

    assert "portal_statistics" not in response.cookies


def test_refusal_expires_only_what_the_browser_has(client):
    client.cookies["portal_statistics"] = "counted"

    response = client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    assert response.cookies["portal_statistics"]["max-age"] == 0
    assert "vuid" not in response.cookies


def test_cookie_of_the_session_is_never_expired(client, settings):
    statistics = CookieGroup.objects.get(varname="statistics")
    Cookie.objects.create(cookiegroup=statistics, name=settings.SESSION_COOKIE_NAME)
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"

    response = client.get(reverse("cookie_consent_cookie_group_list"))

    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_withdrawal_clears_patterns_on_the_host_and_the_domains_above(client, settings):
    settings.ALLOWED_HOSTS = ["policies.example.nhs.uk"]
    statistics = CookieGroup.objects.get(varname="statistics")
    for name in ("_ga", "_ga_*"):
        ItemProfile.objects.create(
            cookie=Cookie.objects.create(cookiegroup=statistics, name=name)
        )
    cache.clear()
    for name in ("_ga", "_ga_XYZ", "_gallery"):
        client.cookies[name] = "counted"

    response = client.post(
        reverse("cookie_consent_decline"),
        {"all_groups": "on"},
        headers={"host": "policies.example.nhs.uk"},
    )

    expired = {
        (morsel.key, morsel["domain"])
        for morsel in response.cookies.values()
        if morsel["max-age"] == 0
    }
    domains = ("", ".policies.example.nhs.uk", ".example.nhs.uk", ".nhs.uk")
    assert expired == {(name, at) for name in ("_ga", "_ga_XYZ") for at in domains}


def test_items_outside_the_cookie_jar_are_no_cookies(client):
    statistics = CookieGroup.objects.get(varname="statistics")
    stored = Cookie.objects.create(cookiegroup=statistics, name="counter")
    ItemProfile.objects.create(cookie=stored, kind="local-storage")
    cache.clear()
    client.cookies["counter"] = "of somebody else"

    response = client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    assert "counter" not in response.cookies


@pytest.mark.parametrize("address", ["/", "/treatments/"])
def test_a_page_is_the_same_bytes_whatever_the_visitor_chose(site, address):
    visitors = [Client(), Client(), Client()]
    for visitor, url_name in zip(
        visitors[1:], ["cookie_consent_accept", "cookie_consent_decline"], strict=True
    ):
        visitor.post(reverse(url_name), {"all_groups": "on"})

    responses = [visitor.get(address) for visitor in visitors]

    assert len({response.content for response in responses}) == 1
    for response in responses:
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        policy = response["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "nonce" not in policy
