"""Where the scanner goes: one page of each type, in each of the six phases."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Error

from portal.consent.scanner.sightings import Phase, Sighting
from portal.consent.scanner.visitor import COOKIES_PAGE, Visitor

STARTS = [
    "/",
    "/search/",
    "/search/?q=a",
    COOKIES_PAGE,
]
# These show what an error page keeps, and stand for no type of page.
MISSING = ["/no-such-page-for-the-scanner/", "/policies/no-such-policy/"]
SITEMAP = "/sitemap.xml"
# What staff get is not for visitors, and leaving a session is no page.
NOT_FOR_VISITORS = ("/admin/", "/django-admin/", "/staff/", "/_util/")
LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
INDEX = "<sitemapindex"
FOUND_IN_TREE = {"wagtail_serve", "nothing"}
SERVER_ERROR = 500


class SiteUnreachable(Exception):
    """The website does not answer at this address."""


@dataclass
class Walk:
    """Everything that was seen, and on which pages."""

    pages: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)


def walk(
    browser: Browser,
    url: str,
    *,
    starts: Iterable[str] = (*STARTS, *MISSING),
    limit: int = 40,
    phases: Iterable[Phase] = tuple(Phase),
    quiet_milliseconds: int = 500,
) -> Walk:
    """Visit the website in every phase; the first visitor finds the pages.

    Who withdraws is the visitor who accepted, with all that was kept since.
    """
    seen = Walk()
    asked = set(phases)

    def visitor(phase: Phase) -> Visitor:
        return Visitor(browser, url, phase, quiet_milliseconds=quiet_milliseconds)

    with closing(visitor(Phase.NO_CHOICE)) as first:
        try:
            explore(first, seen, [*starts], limit)
        except Error as error:
            raise SiteUnreachable(
                f"{url} cannot be opened: {error.message.splitlines()[0]}"
            ) from error
        keep(seen, first, asked)
    for phase in (Phase.REJECT, Phase.GPC, Phase.NO_SCRIPT):
        if phase in asked:
            with closing(visitor(phase)) as other:
                if phase == Phase.REJECT:
                    other.choose("Decline")
                visit(other, seen.pages)
                keep(seen, other, asked)
    if asked & {Phase.ACCEPT, Phase.WITHDRAW}:
        with closing(visitor(Phase.ACCEPT)) as other:
            other.choose("Accept")
            visit(other, seen.pages)
            other.phase = Phase.WITHDRAW
            withdraw(other)
            visit(other, seen.pages)
            keep(seen, other, asked)
    return seen


def keep(seen: Walk, visitor: Visitor, asked: set[Phase]) -> None:
    seen.sightings += [found for found in visitor.sightings if found.phase in asked]


def visit(visitor: Visitor, pages: list[str]) -> None:
    for address in pages:
        visitor.open(address)


def withdraw(visitor: Visitor) -> None:
    """Say no, and look what is left before anything else can happen."""
    accepted = dict(visitor.sightings)
    visitor.choose("Decline")
    # On the way to the button the visitor had not withdrawn yet.
    visitor.sightings = accepted
    visitor.look(is_left=True)


def explore(visitor: Visitor, seen: Walk, starts: list[str], limit: int) -> None:
    """Start pages, then one of each type from the site map, then what they link to."""
    met = {page_type(address) for address in starts if address not in MISSING}
    waiting = deque(starts)
    is_mapped = False
    while waiting and len(seen.pages) < limit:
        address = waiting.popleft()
        status = visitor.open(address)
        found = visitor.links() if status else []
        if status:
            seen.pages.append(address)
        if status >= SERVER_ERROR:
            seen.broken.append(address)
        if not is_mapped:
            is_mapped = True
            found += addresses_of_site_map(visitor)
        for link in found:
            if is_public(link) and page_type(link) not in met:
                met.add(page_type(link))
                waiting.append(link)


def addresses_of_site_map(visitor: Visitor) -> Iterator[str]:
    """Paths only: the map names the public host, and another one may be scanned.

    A large site has an index; its maps follow.
    """
    maps = [SITEMAP]
    for each in maps:
        response = visitor.context.request.get(each)
        text = response.text() if response.ok else ""
        found = [urlsplit(unescape(one)) for one in LOCATION.findall(text)]
        if INDEX in text:
            maps += [f"{one.path}?{one.query}" for one in found]
        else:
            yield from (one.path or "/" for one in found)


def is_public(address: str) -> bool:
    return not address.startswith(NOT_FOR_VISITORS)


def page_type(address: str) -> str:
    """The name of the address in the portal; sections of the page tree count apart.

    The same view with other parameters of the query shows something else.
    """
    parts = urlsplit(address)
    asked = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    try:
        name = resolve(parts.path).url_name or ""
    except Resolver404:
        name = "nothing"
    if name in FOUND_IN_TREE:
        first, *deeper = parts.path.strip("/").split("/")
        name = f"{first}/{len(deeper)}"
    return f"{name}?{'&'.join(asked)}"
