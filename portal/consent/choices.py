"""A visitor's choice about optional cookies: what it is now, and how it is recorded."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cookie_consent.cache import all_cookie_groups
from cookie_consent.models import CookieGroup
from cookie_consent.processor import CookiesProcessor
from cookie_consent.util import (
    get_cookie_dict_from_request,
    set_cookie_dict_to_response,
)
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

logger = logging.getLogger(__name__)


class AcceptanceNotRecorded(Exception):
    """There is no evidence of the acceptance, so nothing may be switched on."""


@dataclass
class Choices:
    """Names of the optional groups by what the visitor said about them."""

    accepted: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)


def current_choices(request: HttpRequest) -> Choices:
    """Read the cache once, where the package's functions read it per group."""
    stored = get_cookie_dict_from_request(request)
    choices = Choices()
    for varname, group in all_cookie_groups().items():
        version = stored.get(varname)
        if version == settings.COOKIE_CONSENT_DECLINE:
            choices.declined.append(varname)
        elif version is not None and version >= group.get_version():
            choices.accepted.append(varname)
        else:
            choices.undecided.append(varname)
    return choices


def apply_choice(
    request: HttpRequest, response: HttpResponseBase, decisions: Mapping[str, bool]
) -> None:
    """Record the decisions and set the consent cookie on the response.

    If the database cannot write, refusals still reach the browser; acceptances raise
    `AcceptanceNotRecorded` and stay as they were.
    """
    groups = all_cookie_groups()
    known = {name: granted for name, granted in decisions.items() if name in groups}
    accepted = [groups[name] for name, granted in known.items() if granted]
    refused = [groups[name] for name, granted in known.items() if not granted]
    before = request.COOKIES.get(settings.COOKIE_CONSENT_NAME)
    try:
        with transaction.atomic():
            written = _Written()
            _process(request, written, refused, accepted)
    except DatabaseFailure:
        logger.exception("A cookie choice could not be written to the log.")
        _restore(request, before)
        _remember_refusals(request, response, refused)
        if accepted:
            raise AcceptanceNotRecorded from None
        return
    response.cookies.update(written.cookies)


class _Written(HttpResponse):
    """Takes the consent cookie from the package's processor and nothing else.

    The processor would expire every declared cookie, also those the browser does not
    have. The middleware expires the ones that are there.
    """

    def delete_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Left to the middleware."""


def _process(
    request: HttpRequest,
    written: _Written,
    refused: list[CookieGroup],
    accepted: list[CookieGroup],
) -> None:
    # Each call starts from the request's cookie; without carrying the result over,
    # the second call would undo the first.
    processor = CookiesProcessor(request, written)
    processor.process(refused, action="decline")
    _carry_over(request, written)
    processor.process(accepted, action="accept")
    _carry_over(request, written)


def _carry_over(request: HttpRequest, response: HttpResponseBase) -> None:
    morsel = response.cookies.get(settings.COOKIE_CONSENT_NAME)
    if morsel is not None:
        request.COOKIES[settings.COOKIE_CONSENT_NAME] = morsel.value


def _restore(request: HttpRequest, value: str | None) -> None:
    request.COOKIES.pop(settings.COOKIE_CONSENT_NAME, None)
    if value is not None:
        request.COOKIES[settings.COOKIE_CONSENT_NAME] = value


def _remember_refusals(
    request: HttpRequest, response: HttpResponseBase, refused: list[CookieGroup]
) -> None:
    if not refused:
        return
    stored = get_cookie_dict_from_request(request)
    stored.update({group.varname: settings.COOKIE_CONSENT_DECLINE for group in refused})
    set_cookie_dict_to_response(response, stored)
    _carry_over(request, response)
