from collections.abc import Iterable

from cookie_consent.cache import all_cookie_groups
from cookie_consent.models import CookieGroup
from django import template

register = template.Library()


@register.simple_tag
def optional_cookie_groups() -> Iterable[CookieGroup]:
    """The groups visitors decide about, from the cache, the same for everybody."""
    return sorted(all_cookie_groups().values(), key=lambda group: group.ordering)


@register.inclusion_tag("consent/banner.html")
def consent_banner() -> dict[str, object]:
    """The banner as a tag; `{% include "consent/banner.html" %}` is the same."""
    return {}
