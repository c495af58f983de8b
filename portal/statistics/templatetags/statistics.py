from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from portal.statistics.page_types import page_type_of

register = template.Library()


@register.inclusion_tag("statistics/scripts.html", takes_context=True)
def statistics_scripts(context: Any) -> dict[str, Any]:
    """What counts the page, asleep until the visitor has agreed to it."""
    return {
        "page_type": page_type_of(context),
        "provider_script": settings.STATISTICS_SCRIPT,
        "provider_attributes": attributes(settings.STATISTICS_ATTRIBUTES),
    }


def attributes(pairs: dict[str, str]) -> SafeString:
    return format_html_join("", ' {}="{}"', pairs.items())
