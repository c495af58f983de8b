"""What visitors are told, as the scanner compares it with what it saw."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cookie_consent.models import Cookie
from django.conf import settings

from portal.consent.models import ItemKind
from portal.consent.provisioning import SECONDS_PER_UNIT

SECONDS = {**SECONDS_PER_UNIT, "month": 31 * 86400, "week": 7 * 86400}
LENGTH = re.compile(rf"(\d+) ({'|'.join(SECONDS)})s?")
# Staff alone get these; a visitor who has one has something undeclared.
STAFF_NAMES = {settings.SESSION_COOKIE_NAME, "messages"}


@dataclass(frozen=True)
class Declaration:
    """One declared item; `name` may be a pattern with `*`.

    `seconds` is how long it may stay; None means until the browser is closed.
    """

    name: str
    kind: str
    group: str
    is_required: bool
    is_for_staff: bool = False
    seconds: int | None = None

    def covers(self, kind: str, name: str) -> bool:
        return self.kind == kind and fnmatchcase(name, self.name)


def declarations() -> list[Declaration]:
    """Everything that is declared now, in one query."""
    cookies = Cookie.objects.select_related("cookiegroup", "profile").order_by("pk")
    return [declaration_of(cookie) for cookie in cookies]


def declaration_of(cookie: Cookie) -> Declaration:
    profile = getattr(cookie, "profile", None)
    return Declaration(
        name=cookie.name,
        kind=profile.kind if profile else ItemKind.COOKIE,
        group=cookie.cookiegroup.name,
        is_required=cookie.cookiegroup.is_required,
        is_for_staff=cookie.name in STAFF_NAMES,
        seconds=seconds_in_words(profile.lifetime if profile else ""),
    )


def seconds_in_words(lifetime: str) -> int | None:
    """`180 days` as a number; other words count as until the browser is closed."""
    found = LENGTH.fullmatch(lifetime.strip().lower())
    return int(found[1]) * SECONDS[found[2]] if found else None
