"""What the frame of every page needs: who publishes the site, addresses, words."""

from typing import Any, NamedTuple

from django import template
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language_info
from wagtail.coreutils import get_content_languages

register = template.Library()

BRAND_CACHE_KEY = "portal.brand"


class Brand(NamedTuple):
    """The values of `SiteBrand`, as they lie in the cache."""

    service_name: str
    organisation_name: str
    sample_notice: str
    contact_email: str
    contact_telephone: str


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


@register.filter
def is_under(path: Any, section: str) -> bool:
    """Whether the address lies in a section of the site; home only is itself."""
    if section == "/" or section.strip("/") in get_content_languages():
        return bool(path == section)
    return str(path).startswith(section)
