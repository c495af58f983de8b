"""Videos and maps of other websites: from the link that people copy to its frame."""

import re
from typing import Any
from urllib.parse import quote, unquote_plus

from django.conf import settings

# The cookie group that visitors allow before any frame is made.
GROUP = "embedded-media"
VERBS = {"video": "Watch", "map": "Open"}


def provider_choices() -> list[tuple[str, str]]:
    """For editors: those that the settings allow, and nobody else."""
    return [
        (name, f"{provider['name']} ({provider['kind']})")
        for name, provider in settings.EMBED_PROVIDERS.items()
    ]


def provider_named(name: Any) -> dict[str, Any] | None:
    """What the settings say; None once an operator took the provider away."""
    return settings.EMBED_PROVIDERS.get(name)


def frame_address(name: Any, link: Any) -> str:
    """The address of the frame; empty if the link names no video or place there."""
    provider = provider_named(name)
    for pattern in provider["links"] if provider else []:
        found = re.fullmatch(pattern, str(link or ""))
        if found:
            key = quote(unquote_plus(found["key"]), safe="")
            return str(provider["frame"]).format(key=key)  # type: ignore[index]
    return ""
