"""The cookie groups every site begins with. What staff changed since stays."""

from dataclasses import dataclass
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.conf import settings
from django.db import transaction

from portal.consent.models import GroupProfile, ItemProfile

THIS_WEBSITE = "This website"
SESSION = "Until you close your browser"
SECONDS_PER_UNIT = {"year": 365 * 86400, "day": 86400, "hour": 3600, "minute": 60}


@dataclass(frozen=True)
class DeclaredCookie:
    """One row of the table on the cookies page."""

    name: str
    description: str
    lifetime: str
    provider: str = THIS_WEBSITE
    domain: str = ""


@dataclass(frozen=True)
class DeclaredGroup:
    """One purpose, about which visitors decide as a whole."""

    varname: str
    name: str
    description: str
    when_refused: str
    provider: str
    cookies: tuple[DeclaredCookie, ...]
    is_required: bool = False


def lifetime_in_words(seconds: int | None) -> str:
    if not seconds:
        return SESSION
    for unit, length in SECONDS_PER_UNIT.items():
        count = seconds // length
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "Less than a minute"


def essential_group() -> DeclaredGroup:
    """The names come from the settings, so the page always tells the real ones."""
    return DeclaredGroup(
        varname="essential",
        name="Essential",
        description="These cookies make the website work and keep it secure. "
        "They are always on.",
        when_refused="",
        provider=THIS_WEBSITE,
        is_required=True,
        cookies=(
            DeclaredCookie(
                settings.COOKIE_CONSENT_NAME,
                "Remembers your choices about cookies. It holds no identifier.",
                lifetime_in_words(settings.COOKIE_CONSENT_MAX_AGE),
            ),
            DeclaredCookie(
                settings.CSRF_COOKIE_NAME,
                "Protects forms, including the form on this page, from being sent "
                "by another website in your name. It is set when you open a form.",
                lifetime_in_words(settings.CSRF_COOKIE_AGE),
            ),
            DeclaredCookie(
                settings.SESSION_COOKIE_NAME,
                "Keeps members of staff signed in. Visitors do not get it.",
                lifetime_in_words(settings.SESSION_COOKIE_AGE),
            ),
            DeclaredCookie(
                "messages",
                "Carries a message such as “Page saved” to the next screen for "
                "members of staff. Visitors do not get it.",
                SESSION,
            ),
        ),
    )


STATISTICS = DeclaredGroup(
    varname="statistics",
    name="Statistics",
    description="With your agreement we count how many pages are read each day, so "
    "that we can see which information is needed and improve it.",
    when_refused="Nothing stops working. Your visit is not counted.",
    provider=THIS_WEBSITE,
    cookies=(
        DeclaredCookie(
            "portal_statistics",
            "Counts the pages read in one day. It holds no identifier and cannot "
            "recognise you on another visit.",
            SESSION,
        ),
    ),
)

EMBEDDED_MEDIA = DeclaredGroup(
    varname="embedded-media",
    name="Videos and maps",
    description="Videos and maps on some pages come from other companies, which set "
    "cookies of their own and can track what you watch or look at.",
    when_refused="Videos and maps do not play in the page. You get a link to them "
    "instead.",
    provider="YouTube, Vimeo and Google Maps",
    cookies=(
        DeclaredCookie(
            "VISITOR_INFO1_LIVE",
            "Set by YouTube when a video plays. Recognises your browser and measures "
            "your connection.",
            "180 days",
            "YouTube (Google)",
            ".youtube.com",
        ),
        DeclaredCookie(
            "vuid",
            "Set by Vimeo when a video plays. Counts who watched which video.",
            "2 years",
            "Vimeo",
            ".vimeo.com",
        ),
        DeclaredCookie(
            "NID",
            "Set by Google when a map is shown. Remembers your preferences and "
            "recognises your browser.",
            "6 months",
            "Google Maps",
            ".google.com",
        ),
    ),
)


@transaction.atomic
def provision_cookie_groups() -> None:
    """Create the groups that are missing; leave existing ones as staff keep them."""
    declared_groups = (essential_group(), STATISTICS, EMBEDDED_MEDIA)
    for ordering, declared in enumerate(declared_groups):
        group, is_new = CookieGroup.objects.get_or_create(
            varname=declared.varname, defaults=_group_fields(declared, ordering)
        )
        GroupProfile.objects.get_or_create(
            group=group,
            defaults={
                "when_refused": declared.when_refused,
                "provider": declared.provider,
            },
        )
        # A new cookie in an optional group asks every visitor again, so only the
        # essential ones follow the settings.
        if is_new or declared.is_required:
            _declare_cookies(group, declared.cookies)


def _group_fields(declared: DeclaredGroup, ordering: int) -> dict[str, Any]:
    return {
        "name": declared.name,
        "description": declared.description,
        "is_required": declared.is_required,
        "is_deletable": not declared.is_required,
        "ordering": ordering,
    }


def _declare_cookies(
    group: CookieGroup, declared_cookies: tuple[DeclaredCookie, ...]
) -> None:
    for declared in declared_cookies:
        cookie, _ = Cookie.objects.get_or_create(
            cookiegroup=group,
            name=declared.name,
            domain=declared.domain,
            defaults={"description": declared.description},
        )
        ItemProfile.objects.get_or_create(
            cookie=cookie,
            defaults={"lifetime": declared.lifetime, "provider": declared.provider},
        )
