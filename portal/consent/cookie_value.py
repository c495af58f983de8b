"""What a browser sends as the consent cookie is a claim; this module checks it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from cookie_consent.models import CookieGroup
from cookie_consent.util import dict_to_cookie_str, parse_cookie_str
from django.conf import settings
from django.utils import timezone

MAXIMUM_LENGTH = 2048
STAMP = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?\+00:00", flags=re.ASCII
)


def normalise(value: str, groups: Mapping[str, CookieGroup]) -> str:
    """Keep the choices this site could have written and drop everything else."""
    if len(value) > MAXIMUM_LENGTH or not value.isascii():
        return ""
    return dict_to_cookie_str(
        {
            varname: version
            for varname, version in parse_cookie_str(value).items()
            if varname in groups and _is_genuine(version, groups[varname])
        }
    )


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
