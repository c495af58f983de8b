"""What the frame of every page needs: who publishes the site, addresses, words."""

from typing import Any, NamedTuple

from django import template
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info, gettext
from wagtail.coreutils import get_content_languages

from portal.cache.remembering import remembered

register = template.Library()

BRAND_CACHE_KEY = "portal.brand"


class Brand(NamedTuple):
    """The values of `SiteBrand`, as they lie in the cache."""

    service_name: str
    organisation_name: str
    sample_notice: str
    contact_email: str
    contact_telephone: str


class MenuEntry(NamedTuple):
    """A link of the menu; `current` is what `aria-current` says of it, or empty."""

    url: str
    text: str
    current: str


@register.simple_tag
def site_brand() -> Brand:
    """Who publishes this site: from the cache, no query while it is warm."""
    brand: Brand | None = cache.get(BRAND_CACHE_KEY)
    if brand is None:
        brand = stored_brand()
        cache.set(BRAND_CACHE_KEY, brand)
    return brand


def stored_brand() -> Brand:
    # By name: the portal's services know no content app.
    model = apps.get_model("pages", "SiteBrand")
    record = model.objects.filter(site__is_default_site=True).first() or model()
    return Brand(*(getattr(record, name) for name in Brand._fields))


def forget_brand() -> None:
    """Called when `SiteBrand` was saved."""
    cache.delete(BRAND_CACHE_KEY)


@register.simple_tag
def menu(path: Any) -> tuple[MenuEntry, ...]:
    """The entries of the menu, home first, as they look on the page at this path."""

    def entries() -> list[tuple[str, str]]:
        with translation.override(settings.LANGUAGE_CODE):
            policies, contact = (tree_address(slug) for slug in ("policies", "contact"))
        return [
            (reverse("wagtail_serve", args=[""]), gettext("Home")),
            (tree_address("treatments"), gettext("Treatments A to Z")),
            (policies, gettext("Policies")),
            (contact, gettext("Help")),
        ]

    known = remembered(("menu", translation.get_language()), entries)
    return tuple(MenuEntry(url, text, current(path, url)) for url, text in known)


def tree_address(slug: str) -> str:
    return reverse("wagtail_serve", args=[f"{slug}/"])


def current(path: Any, url: str) -> str:
    if not is_under(path, url):
        return ""
    return "page" if path == url else "true"


@register.simple_tag
def public_address(path: str) -> str:
    """The full address of a path, the same whichever host name was asked."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path


@register.filter
def language_name(code: str) -> str:
    """`Urdu (اردو)` for `ur`; the code itself if Django does not know it."""
    try:
        language = get_language_info(code.lower())
    except KeyError:
        return code
    if language["name"] == language["name_local"]:
        return str(language["name"])
    return f"{language['name']} ({language['name_local']})"


@register.filter
def numbered(parent: str, position: int) -> str:
    """The number of a member of a tree: `2` under `1` is `1.2`."""
    return f"{parent}.{position}" if parent else str(position)


def is_under(path: Any, section: str) -> bool:
    """Whether the address lies in a section of the site; home only is itself."""
    if section == "/" or section.strip("/") in get_content_languages():
        return bool(path == section)
    return str(path).startswith(section)
