"""Browsers in which a person has signed in before."""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "staff_device"
SALT = "portal.sign_in.devices"
AGE_SECONDS = 180 * 24 * 60 * 60
PATH = "/staff/"
# A browser in a shared office knows the last few people.
PEOPLE_KEPT = 8


def known_people(request: HttpRequest) -> dict[str, str]:
    """Keys of people, each with the mark of this browser for that person."""
    value = request.COOKIES.get(COOKIE, "")
    try:
        found = signing.loads(value, salt=SALT, max_age=AGE_SECONDS) if value else {}
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def device_of(request: HttpRequest, user: Any) -> str:
    """The mark of this browser for the person; empty when it is a new one.

    It dies with the person's sessions: signing out everywhere forgets all browsers.
    """
    if user is None:
        return ""
    mark = known_people(request).get(str(user.pk), "")
    return mark if mark.startswith(f"{user.session_epoch}.") else ""


def remember(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Keep a signed mark in this browser; it opens nothing by itself."""
    people = known_people(request)
    mark = device_of(request, user) or f"{user.session_epoch}.{secrets.token_hex(8)}"
    people.pop(str(user.pk), None)
    kept = dict([*people.items()][-(PEOPLE_KEPT - 1) :])
    response.set_cookie(
        COOKIE,
        signing.dumps({**kept, str(user.pk): mark}, salt=SALT),
        max_age=AGE_SECONDS,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
