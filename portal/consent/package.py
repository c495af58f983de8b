"""The package's own processor: its log line and its cookie, without its deletions."""

from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any, Literal

from cookie_consent.processor import CookiesProcessor
from cookie_consent.util import (
    dict_to_cookie_str,
    get_cookie_dict_from_request,
)
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.consent.cookie_value import NOTICE
from portal.consent.notices import Declaration

Action = Literal["accept", "decline"]
ORDER: tuple[tuple[Action, bool], ...] = (("decline", False), ("accept", True))


class Written(HttpResponse):
    """Takes the consent cookie from the package's processor and nothing else.

    The processor would expire every declared cookie, also those the browser does not
    have. The middleware expires the ones that are there.
    """

    def delete_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Left to the middleware."""


def process(
    request: HttpRequest, decisions: Mapping[str, bool], declaration: Declaration
) -> SimpleCookie:
    """Log both answers and give the consent cookie that holds them.

    Each call of the processor starts from the request's cookie; without carrying the
    result over, the second would undo the first.
    """
    written = Written()
    before = request.COOKIES.get(settings.COOKIE_CONSENT_NAME)
    stored = get_cookie_dict_from_request(request)
    stored.pop(NOTICE, None)
    stored[NOTICE] = str(declaration.notice.number or 1)
    request.COOKIES[settings.COOKIE_CONSENT_NAME] = dict_to_cookie_str(stored)
    processor = CookiesProcessor(request, written)
    try:
        for action, is_granted in ORDER:
            groups = [
                declaration.groups[varname]
                for varname, answer in decisions.items()
                if answer is is_granted
            ]
            processor.process(groups, action=action)
            if settings.COOKIE_CONSENT_NAME in written.cookies:
                request.COOKIES[settings.COOKIE_CONSENT_NAME] = written.cookies[
                    settings.COOKIE_CONSENT_NAME
                ].value
    except BaseException:
        restore(request, before)
        raise
    return written.cookies


def restore(request: HttpRequest, value: str | None) -> None:
    """Nothing was recorded, so the rest of the request sees the old choice."""
    request.COOKIES.pop(settings.COOKIE_CONSENT_NAME, None)
    if value is not None:
        request.COOKIES[settings.COOKIE_CONSENT_NAME] = value
