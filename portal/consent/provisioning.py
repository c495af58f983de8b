"""The cookie groups every site begins with. What staff changed since stays."""

from dataclasses import dataclass
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.conf import settings
from django.db import transaction

from portal.consent.identity import KEY_NAME, key_path
from portal.consent.models import (
    Audience,
    BannerWording,
    GroupProfile,
    ItemKind,
    ItemProfile,
    LawfulBasis,
    Party,
)
from portal.consent.publishing import publish_after_deployment

THIS_WEBSITE = "This website"
SESSION = "Until you close your browser"
NOT_KEPT = "Not kept"
SECONDS_PER_UNIT = {"year": 365 * 86400, "day": 86400, "hour": 3600, "minute": 60}


@dataclass(frozen=True)
class DeclaredCookie:
    """One row of the table on the cookies page."""

    name: str
    description: str
    lifetime: str
    seconds: int | None = None
    provider: str = THIS_WEBSITE
    domain: str = ""
    path: str = "/"
    kind: str = ItemKind.COOKIE
    pattern: str = ""
    privacy_url: str = ""
    is_http_only: bool = False
    audience: str = Audience.PUBLIC

    @property
    def profile_fields(self) -> dict[str, Any]:
        is_third = self.provider != THIS_WEBSITE
        return {
            "kind": self.kind,
            "pattern": self.pattern,
            "lifetime": self.lifetime,
            "lifetime_seconds": self.seconds,
            "provider": self.provider,
            "privacy_url": self.privacy_url,
            "party": Party.THIRD if is_third else Party.FIRST,
            "is_http_only": self.is_http_only,
            "audience": self.audience,
        }


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
    shares_with_third_parties: bool = False

    @property
    def profile_fields(self) -> dict[str, Any]:
        basis = LawfulBasis.ESSENTIAL if self.is_required else LawfulBasis.CONSENT
        return {
            "when_refused": self.when_refused,
            "provider": self.provider,
            "lawful_basis": basis,
            "shares_with_third_parties": self.shares_with_third_parties,
        }


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
                settings.COOKIE_CONSENT_MAX_AGE,
                is_http_only=True,
            ),
            DeclaredCookie(
                KEY_NAME,
                "Opens the record of your own cookie choices. It is set if you accept "
                "optional cookies, and sent to the cookies pages alone.",
                lifetime_in_words(settings.COOKIE_CONSENT_MAX_AGE),
                settings.COOKIE_CONSENT_MAX_AGE,
                path=key_path(),
                is_http_only=True,
            ),
            DeclaredCookie(
                settings.CSRF_COOKIE_NAME,
                "Protects forms, including the form on this page, from being sent "
                "by another website in your name. It is set when you open a form.",
                lifetime_in_words(settings.CSRF_COOKIE_AGE),
                settings.CSRF_COOKIE_AGE,
            ),
            *staff_cookies(),
        ),
    )


def staff_cookies() -> tuple[DeclaredCookie, ...]:
    """What only members of staff get; the cookies page leaves it out."""
    return (
        DeclaredCookie(
            settings.SESSION_COOKIE_NAME,
            "Keeps members of staff signed in. Visitors do not get it.",
            lifetime_in_words(settings.SESSION_COOKIE_AGE),
            settings.SESSION_COOKIE_AGE,
            is_http_only=True,
            audience=Audience.STAFF,
        ),
        DeclaredCookie(
            "messages",
            "Carries a message such as “Page saved” to the next screen for "
            "members of staff. Visitors do not get it.",
            SESSION,
            is_http_only=True,
            audience=Audience.STAFF,
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
            "statistics",
            "A message from the page to this website, which says what kind of page was "
            "read and nothing else. Nothing is kept in your browser.",
            NOT_KEPT,
            kind=ItemKind.REQUEST,
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
    shares_with_third_parties=True,
    cookies=(
        DeclaredCookie(
            "www.youtube-nocookie.com",
            "Your browser asks YouTube for a video and tells it your IP address.",
            NOT_KEPT,
            provider="YouTube (Google)",
            kind=ItemKind.REQUEST,
        ),
        DeclaredCookie(
            "player.vimeo.com",
            "Your browser asks Vimeo for a video and tells it your IP address.",
            NOT_KEPT,
            provider="Vimeo",
            kind=ItemKind.REQUEST,
        ),
        DeclaredCookie(
            "www.google.com",
            "Your browser asks Google for a map and tells it your IP address.",
            NOT_KEPT,
            provider="Google Maps",
            kind=ItemKind.REQUEST,
        ),
        DeclaredCookie(
            "VISITOR_INFO1_LIVE",
            "Set by YouTube when a video plays. Recognises your browser and measures "
            "your connection.",
            "180 days",
            180 * 86400,
            "YouTube (Google)",
            ".youtube.com",
        ),
        DeclaredCookie(
            "vuid",
            "Set by Vimeo when a video plays. Counts who watched which video.",
            "2 years",
            2 * 365 * 86400,
            "Vimeo",
            ".vimeo.com",
        ),
        DeclaredCookie(
            "NID",
            "Set by Google when a map is shown. Remembers your preferences and "
            "recognises your browser.",
            "6 months",
            183 * 86400,
            "Google Maps",
            ".google.com",
        ),
    ),
)


@transaction.atomic
def provision_cookie_groups() -> None:
    """Create the groups that are missing; leave existing ones as staff keep them.

    The first notice follows at once; later ones are published by staff, or by a
    deployment that changed the banner's code.
    """
    BannerWording.objects.get_or_create(pk=BannerWording.ONLY)
    declared_groups = (essential_group(), STATISTICS, EMBEDDED_MEDIA)
    for ordering, declared in enumerate(declared_groups):
        group, is_new = CookieGroup.objects.get_or_create(
            varname=declared.varname, defaults=_group_fields(declared, ordering)
        )
        GroupProfile.objects.get_or_create(
            group=group, defaults=declared.profile_fields
        )
        # A new cookie in an optional group asks every visitor again, so only the
        # essential ones follow the settings.
        if is_new or declared.is_required:
            _declare_cookies(group, declared.cookies)
    publish_after_deployment()


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
            defaults={"description": declared.description, "path": declared.path},
        )
        ItemProfile.objects.get_or_create(
            cookie=cookie, defaults=declared.profile_fields
        )
