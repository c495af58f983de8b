"""The published notice as pages and choices need it: one value in the cache."""

from dataclasses import dataclass, field
from typing import Any

from cookie_consent.cache import all_cookie_groups
from cookie_consent.models import CookieGroup
from django.core.cache import cache
from django.http import HttpRequest

from portal.consent.banner import banner_html
from portal.consent.cleaning import Refusable, refusable_cookies
from portal.consent.declaration import Content, draft_content
from portal.consent.models import CookieNotice, GroupProfile

CACHE_KEY = "consent_published_notice"
# Short, because a reader that began before a publication may store the old one.
CACHE_SECONDS = 300
ON_REQUEST = "_consent_declaration"


@dataclass(frozen=True)
class Published:
    """The notice in force: what visitors are told, and whom it asks again.

    `withheld` names groups that staff drafted or retired: the package's tables have
    them, visitors are not asked about them. A group without a profile came in through
    code or the package's own admin; it has no draft state and counts at once.
    """

    number: int
    content: Content
    asks_refusers: dict[str, int]
    withheld: frozenset[str]
    cookies: tuple[Refusable, ...]

    @property
    def groups(self) -> list[Content]:
        groups: list[Content] = self.content["groups"]
        return groups


@dataclass(frozen=True)
class Declaration:
    """The published notice and, by name, the groups that visitors decide about."""

    notice: Published
    groups: dict[str, CookieGroup] = field(default_factory=dict)


def published() -> Published:
    found: Published | None = cache.get(CACHE_KEY)
    if found is None:
        found = read_published()
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def forget_published(**kwargs: Any) -> None:
    cache.delete(CACHE_KEY)


def declaration_of(request: HttpRequest) -> Declaration:
    """Two reads of the cache for a whole request."""
    found: Declaration | None = getattr(request, ON_REQUEST, None)
    if found is None:
        notice = published()
        groups = sorted(all_cookie_groups().values(), key=lambda row: row.ordering)
        found = Declaration(
            notice,
            {
                group.varname: group
                for group in groups
                if group.varname not in notice.withheld
            },
        )
        setattr(request, ON_REQUEST, found)
    return found


def read_published() -> Published:
    """From the database. Before the first notice, what is declared now stands in."""
    notice = CookieNotice.objects.first()
    content = notice.content if notice else first_content()
    told = {row["varname"] for row in content["groups"] if not row["is_required"]}
    profiles = GroupProfile.objects.values_list("group__varname", flat=True)
    asked = CookieNotice.objects.order_by("number").values_list(
        "number", "asks_refusers"
    )
    return Published(
        number=notice.number if notice else 0,
        content=content,
        asks_refusers={
            varname: number for number, varnames in asked for varname in varnames
        },
        withheld=frozenset(profiles) - told,
        cookies=refusable_cookies(),
    )


def first_content() -> Content:
    content = draft_content()
    return {**content, "banner": banner_html(content, number=0)}
