"""What a page says to search engines about itself, as JSON-LD.

The script is data and never runs, so the content security policy lets it stand.
"""

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal.templatetags.portal import public_address

register = template.Library()

# No text of ours may end the script or begin a comment in it.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def structured_data(context: template.Context) -> SafeString:
    """The way to this page, and what the page itself put into `structured_data`."""
    own: list[dict[str, Any]] = context.get("structured_data") or []
    nodes = [*breadcrumb_list(context), *own]
    if not nodes:
        return SafeString("")
    data = json.dumps(
        {"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False
    )
    return SafeString(
        f'<script type="application/ld+json">{data.translate(ESCAPES)}</script>'
    )


def breadcrumb_list(context: template.Context) -> list[dict[str, Any]]:
    crumbs = list(context.get("breadcrumbs") or [])
    page = context.get("page")
    if page is not None:
        crumbs.append({"title": page.title, "url": context["request"].path})
    if not crumbs:
        return []
    return [
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": crumb["title"],
                    "item": public_address(crumb["url"]),
                }
                for position, crumb in enumerate(crumbs, start=1)
            ],
        }
    ]
