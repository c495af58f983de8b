"""Which cookies of the browser the visitor did not allow, and where they may sit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cookie_consent.models import Cookie
from django.db.models import Q
from django.http import HttpRequest

from portal.consent.models import ItemKind

SMALLEST_DOMAIN = 2


@dataclass(frozen=True)
class Refusable:
    """One declared cookie of an optional group; its name may be a pattern."""

    varname: str
    pattern: str
    domain: str
    path: str


@dataclass(frozen=True)
class Place:
    """Where one cookie sits: a browser keeps one of a name for each of these."""

    name: str
    domain: str
    path: str


def refusable_cookies() -> tuple[Refusable, ...]:
    """From the package's tables, which feed enforcement; retired ones go as well."""
    cookies = (
        Cookie.objects.filter(
            Q(profile__isnull=True) | Q(profile__kind=ItemKind.COOKIE),
            cookiegroup__is_required=False,
            cookiegroup__is_deletable=True,
        )
        .order_by("pk")
        .values_list(
            "cookiegroup__varname", "name", "profile__pattern", "domain", "path"
        )
    )
    return tuple(
        Refusable(varname, pattern or name, domain, path or "/")
        for varname, name, pattern, domain, path in cookies
    )


def places_to_clear(
    cookies: tuple[Refusable, ...], answers: Mapping[str, bool], request: HttpRequest
) -> Iterator[Place]:
    """Every place from which a cookie that the browser sent has to go.

    Without a yes to its group, a cookie is not allowed.
    """
    for cookie in cookies:
        if answers.get(cookie.varname, False):
            continue
        for name in request.COOKIES:
            if fnmatchcase(name, cookie.pattern):
                for domain in domains_of(cookie, request):
                    yield Place(name, domain, cookie.path)


def domains_of(cookie: Refusable, request: HttpRequest) -> list[str]:
    """The declared domain; otherwise this host alone, and each domain above it.

    Scripts of statistics providers set their cookies as high as the browser lets them.
    """
    if cookie.domain:
        return [cookie.domain]
    labels = request.get_host().partition(":")[0].split(".")
    if labels[-1].isdigit():
        return [""]
    return [
        "",
        *(
            "." + ".".join(labels[start:])
            for start in range(len(labels) - SMALLEST_DOMAIN + 1)
        ),
    ]
