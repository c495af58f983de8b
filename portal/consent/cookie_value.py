"""What a browser sends as the consent cookie is a claim; this module checks it."""

import re
from datetime import UTC, datetime

from cookie_consent.models import CookieGroup
from cookie_consent.util import dict_to_cookie_str, parse_cookie_str
from django.conf import settings
from django.utils import timezone

from portal.consent.notices import Declaration

MAXIMUM_LENGTH = 2048
STAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?\+00:00", flags=re.ASCII
)
# No group can have this name: theirs do not begin with an underscore.
NOTICE = "_notice"
NUMBER = re.compile(r"[1-9]\d{0,8}", flags=re.ASCII)


def normalise(value: str, declaration: Declaration) -> str:
    """Keep the choices this site could have written and drop everything else.

    Choices that a later notice asks for again are dropped as well, refusals too.
    """
    if len(value) > MAXIMUM_LENGTH or not value.isascii():
        return ""
    claimed = parse_cookie_str(value)
    number = notice_number(claimed)
    if number > declaration.notice.number:
        number = 0
    kept = {
        varname: version
        for varname, version in claimed.items()
        if varname in declaration.groups
        and _is_genuine(version, declaration.groups[varname])
        and number >= declaration.notice.asks_refusers.get(varname, 0)
    }
    if kept and number:
        kept[NOTICE] = str(number)
    return dict_to_cookie_str(kept)


def notice_number(claimed: dict[str, str]) -> int:
    """The notice under which the choice was made; 0 if it does not say."""
    number = claimed.get(NOTICE, "")
    return int(number) if NUMBER.fullmatch(number) else 0


def _is_genuine(version: str, group: CookieGroup) -> bool:
    # The package compares versions as text, so "9999" would be accepted for ever.
    # The current version always counts: another server's clock may be ahead.
    return (
        version == settings.COOKIE_CONSENT_DECLINE
        or version == group.get_version()
        or _is_past_stamp(version)
    )


def _is_past_stamp(version: str) -> bool:
    if not STAMP.fullmatch(version):
        return False
    try:
        stamp = datetime.fromisoformat(version)
    except ValueError:
        return False
    return stamp.astimezone(UTC) <= timezone.now()
