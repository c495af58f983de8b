import logging

from cookie_consent.middleware import CleanCookiesMiddleware
from cookie_consent.util import is_cookie_consent_enabled
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from portal.consent.choices import current_choices
from portal.consent.cleaning import Place, places_to_clear
from portal.consent.cookie_value import normalise
from portal.consent.identity import KEY_NAME
from portal.consent.notices import declaration_of
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
        """The package knows exact names on one domain; patterns need more headers."""
        try:
            notice = declaration_of(request).notice
            answers = current_choices(request).answers()
        except DatabaseFailure:
            logger.warning("The cookie groups could not be read; no cookie expired.")
            return response
        for place in places_to_clear(notice.cookies, answers, request):
            expire(response, place)
        return response


def expire(response: HttpResponseBase, place: Place) -> None:
    """Add a header of its own for each place; a response keeps one cookie per name."""
    if not is_cookie_name(place.name) or place.name in untouchable_names():
        return
    expired = HttpResponse()
    expired.delete_cookie(place.name, place.path, place.domain or None)
    # The first expiry keeps the plain key, by which clients of the response find it.
    key = place.name
    if key in response.cookies:
        key = f"{key} {place.domain} {place.path}"
    dict.__setitem__(response.cookies, key, expired.cookies[place.name])


def normalise_consent_cookie(request: HttpRequest) -> None:
    """Rewrite the consent cookie before anything reads it; drop it when in doubt."""
    value = request.COOKIES.pop(settings.COOKIE_CONSENT_NAME, "")
    if not value:
        return
    try:
        genuine = normalise(value, declaration_of(request))
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
        KEY_NAME,
    }
