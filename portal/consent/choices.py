"""A visitor's choice about optional cookies: what it is now, and how it is recorded."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cookie_consent.util import (
    get_cookie_dict_from_request,
    set_cookie_dict_to_response,
)
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase

from portal.consent.cookie_value import NOTICE, notice_number
from portal.consent.identity import keep_key, key_of, new_key, subject_of
from portal.consent.models import CookieNotice, Method
from portal.consent.notices import declaration_of
from portal.consent.package import process
from portal.consent.publishing import publish_first
from portal.consent.recording import (
    Circumstances,
    recorded_decisions,
    wording_hash,
    write_event,
)

logger = logging.getLogger(__name__)


class AcceptanceNotRecorded(Exception):
    """There is no evidence of the acceptance, so nothing may be switched on."""


class NoticeOutdated(Exception):
    """What the visitor accepted was worded differently by now."""


@dataclass
class Choices:
    """Names of the optional groups by what the visitor said about them."""

    accepted: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    def answers(self) -> dict[str, bool]:
        return {
            **dict.fromkeys(self.accepted, True),
            **dict.fromkeys(self.declined, False),
        }


def current_choices(request: HttpRequest) -> Choices:
    """Read the cache once, where the package's functions read it per group."""
    stored = get_cookie_dict_from_request(request)
    choices = Choices()
    for varname, group in declaration_of(request).groups.items():
        version = stored.get(varname)
        if version == settings.COOKIE_CONSENT_DECLINE:
            choices.declined.append(varname)
        elif version is not None and version >= group.get_version():
            choices.accepted.append(varname)
        else:
            choices.undecided.append(varname)
    return choices


def apply_choice(
    request: HttpRequest,
    response: HttpResponseBase,
    decisions: Mapping[str, bool],
    circumstances: Circumstances,
) -> None:
    """Record the decisions and set the cookies on the response.

    What changes nothing is not recorded again. If the database cannot write, refusals
    still reach the browser; acceptances raise `AcceptanceNotRecorded` and stay as they
    were.
    """
    known = {
        varname: is_granted
        for varname, is_granted in decisions.items()
        if varname in declaration_of(request).groups
    }
    before = current_choices(request).answers()
    if not known or is_unchanged(request, before, known):
        return
    after = {**before, **known}
    key = key_of(request) or (new_key() if any(known.values()) else "")
    try:
        record(request, response, known, before, after, key, circumstances)
    except DatabaseFailure:
        # The reason names tables, never a visitor: neither key nor choice is in it.
        logger.exception("A cookie choice could not be recorded.")
        remember(request, response, {name: False for name in known if not known[name]})
        if any(known.values()):
            raise AcceptanceNotRecorded from None
        return
    if key:
        keep_key(response, key, for_session=not any(after.values()))


def is_unchanged(
    request: HttpRequest, before: Mapping[str, bool], known: Mapping[str, bool]
) -> bool:
    """The same answers under the same notice."""
    number = notice_number(get_cookie_dict_from_request(request))
    return {
        **before,
        **known,
    } == before and number == declaration_of(request).notice.number


def record(
    request: HttpRequest,
    response: HttpResponseBase,
    known: dict[str, bool],
    before: dict[str, bool],
    after: dict[str, bool],
    key: str,
    circumstances: Circumstances,
) -> None:
    """Evidence, the package's log and the cookie, in one transaction."""
    if any(before.values()) and not any(after.values()):
        circumstances = replace(circumstances, method=Method.WITHDRAWAL)
    recorded = recorded_decisions(circumstances.choice_id)
    if recorded == known:
        remember(request, response, known)
        return
    if recorded:
        circumstances = replace(circumstances, choice_id=None)
    try:
        with transaction.atomic():
            write_event(
                shown_notice(request, known, circumstances),
                known,
                before=before,
                subject=subject_of(key),
                circumstances=circumstances,
            )
            cookies = process(request, known, declaration_of(request))
    except IntegrityError:
        # The other half of a double click was faster.
        if recorded_decisions(circumstances.choice_id) != known:
            raise
        remember(request, response, known)
        return
    response.cookies.update(cookies)


def shown_notice(
    request: HttpRequest, known: Mapping[str, bool], circumstances: Circumstances
) -> CookieNotice:
    """The notice that the visitor had in front of them, which may be an older one.

    An acceptance of words that have changed since is none.
    """
    current = declaration_of(request).notice.number
    notice = CookieNotice.objects.get(number=current) if current else publish_first()
    number = circumstances.notice_number
    if number is None or number == notice.number:
        return notice
    shown = CookieNotice.objects.filter(number=number).first()
    if shown is None:
        return notice
    for varname, is_granted in known.items():
        if is_granted and wording_hash(shown, varname) != wording_hash(notice, varname):
            raise NoticeOutdated
    return shown


def remember(
    request: HttpRequest, response: HttpResponseBase, known: Mapping[str, bool]
) -> None:
    """Set the cookie without recording: what is on record already, or a refusal."""
    if not known:
        return
    declaration = declaration_of(request)
    stored = get_cookie_dict_from_request(request)
    for varname, is_granted in known.items():
        stored[varname] = (
            declaration.groups[varname].get_version()
            if is_granted
            else settings.COOKIE_CONSENT_DECLINE
        )
    stored[NOTICE] = str(declaration.notice.number)
    set_cookie_dict_to_response(response, stored)
    request.COOKIES[settings.COOKIE_CONSENT_NAME] = response.cookies[
        settings.COOKIE_CONSENT_NAME
    ].value
