import logging
from http.cookies import Morsel, SimpleCookie
from typing import Literal

from cookie_consent.cache import all_cookie_groups
from cookie_consent.middleware import CleanCookiesMiddleware
from cookie_consent.util import is_cookie_consent_enabled
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from portal.consent.cookie_value import normalise
from portal.consent.validators import is_cookie_name

logger = logging.getLogger(__name__)


class ConsentMiddleware(CleanCookiesMiddleware):
    """Trusts no incoming consent cookie, and expires what the visitor did not allow.

    Cookies are expired only on responses made for one visitor: a shared cache would
    hand the expiry to somebody who said yes.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        normalise_consent_cookie(request)
        response = self.get_response(request)
        if (
            request.COOKIES
            and is_cookie_consent_enabled(request)
            and is_for_one_visitor(request, response)
        ):
            self.process_response(request, response)
        return response

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Let the package decide which cookies to expire; write them ourselves."""
        expiries = Expiries()
        try:
            super().process_response(request, expiries)
        except DatabaseFailure:
            logger.warning("The cookie groups could not be read; no cookie expired.")
        expiries.write_to(response)
        return response


class Expiries(HttpResponse):
    """Stands in for a response and collects every expiry the package asks for.

    A response keeps one cookie per name. The same cookie may sit on several domains
    and paths, and each of them needs its own header.
    """

    def __init__(self) -> None:
        super().__init__()
        self.morsels: list[Morsel[str]] = []

    def delete_cookie(
        self,
        key: str,
        path: str = "/",
        domain: str | None = None,
        samesite: Literal["Lax", "Strict", "None", False] | None = None,
    ) -> None:
        if not is_cookie_name(key) or key in untouchable_names():
            return
        expired = HttpResponse()
        expired.delete_cookie(key, path or "/", domain or None, samesite)
        self.morsels.append(expired.cookies[key])

    def write_to(self, response: HttpResponseBase) -> None:
        for morsel in self.morsels:
            _add(response.cookies, morsel)


def _add(cookies: SimpleCookie, morsel: Morsel[str]) -> None:
    # The first expiry keeps the plain key, by which clients of the response find it.
    key = morsel.key
    if key in cookies:
        key = f"{key} {morsel['domain']} {morsel['path']}"
    dict.__setitem__(cookies, key, morsel)


def normalise_consent_cookie(request: HttpRequest) -> None:
    """Rewrite the consent cookie before anything reads it; drop it when in doubt."""
    value = request.COOKIES.pop(settings.COOKIE_CONSENT_NAME, "")
    if not value:
        return
    try:
        genuine = normalise(value, all_cookie_groups())
    except DatabaseFailure:
        logger.warning("The cookie groups could not be read; a choice was ignored.")
        return
    if genuine:
        request.COOKIES[settings.COOKIE_CONSENT_NAME] = genuine


def is_for_one_visitor(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether no shared cache may store the response."""
    directives = {
        directive.partition("=")[0].strip().lower()
        for directive in response.get("Cache-Control", "").split(",")
    }
    if directives & {"public", "s-maxage"}:
        return False
    if directives & {"private", "no-store"}:
        return True
    return request.path.startswith(reverse("cookie_consent_cookie_group_list"))


def untouchable_names() -> set[str]:
    """Cookies the site cannot work without, whatever group they are declared in."""
    return {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.COOKIE_CONSENT_NAME,
    }
