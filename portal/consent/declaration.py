"""What staff declare at this moment, as plain data: the draft of the next notice."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.conf import settings
from django.db.models import Prefetch
from django.forms.models import model_to_dict

from portal.consent.models import BannerWording, GroupProfile, ItemProfile
from portal.evidence.canonical import content_hash

Content = dict[str, Any]

SCRIPT = Path(__file__).parents[1] / "static" / "portal" / "js" / "consent.js"
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "consent"
GROUP_PROFILE_FIELDS = [
    "when_refused",
    "provider",
    "lawful_basis",
    "shares_with_third_parties",
]
ITEM_PROFILE_FIELDS = [
    "kind",
    "pattern",
    "lifetime",
    "lifetime_seconds",
    "provider",
    "privacy_url",
    "party",
    "is_http_only",
    "audience",
]


def draft_content() -> Content:
    """Groups, items and wording, in three queries; retired ones are left out."""
    return {
        "language": settings.LANGUAGE_CODE,
        "groups": [group_content(group) for group in declared_groups()],
        "wording": wording_content(BannerWording.objects.first() or BannerWording()),
        **code_hashes(),
    }


def declared_groups() -> list[CookieGroup]:
    """All groups that are not retired, with their items."""
    cookies = (
        Cookie.objects.select_related("profile")
        .exclude(profile__retired_at__isnull=False)
        .order_by("name", "domain")
    )
    groups = (
        CookieGroup.objects.select_related("profile")
        .exclude(profile__retired_at__isnull=False)
        .order_by("ordering", "varname")
    )
    return list(groups.prefetch_related(Prefetch("cookie_set", queryset=cookies)))


def group_content(group: CookieGroup) -> Content:
    profile = getattr(group, "profile", None) or GroupProfile()
    return {
        "varname": group.varname,
        "name": group.name or group.varname,
        "description": group.description,
        "is_required": group.is_required,
        **model_to_dict(profile, GROUP_PROFILE_FIELDS),
        "items": [item_content(cookie) for cookie in group.cookie_set.all()],
    }


def item_content(cookie: Cookie) -> Content:
    profile = getattr(cookie, "profile", None) or ItemProfile()
    return {
        "name": cookie.name,
        "purpose": cookie.description,
        "domain": cookie.domain,
        "path": cookie.path,
        **model_to_dict(profile, ITEM_PROFILE_FIELDS),
    }


def wording_content(wording: BannerWording) -> Content:
    return {name: text for name, text in model_to_dict(wording).items() if name != "id"}


@cache
def code_hashes() -> dict[str, str]:
    """What code adds to the words: which templates and which script."""
    templates = {
        path.name: path.read_text() for path in sorted(TEMPLATES.glob("*.html"))
    }
    return {
        "templates_hash": content_hash(templates),
        "script_hash": hashlib.sha256(SCRIPT.read_bytes()).hexdigest(),
    }
