"""Which responses may expire a cookie, and how many headers that takes."""

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from portal.consent.middleware import ConsentMiddleware
from portal.consent.provisioning import provision_cookie_groups


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


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
