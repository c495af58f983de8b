"""Parts of pages that are rendered once and used by all pages made of the same.

Two kinds. A part of the generation is made from anything that readers see, and serves
for that generation alone, as a whole page does (`portal.cache.pages`). A lasting part
is made from nothing but its key, such as the checksum of an immutable text: it outlives
publications of other texts. Code and templates need no key, since the memory ends with
the process that loaded them; settings that load templates anew keep no parts.
"""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from portal.cache.generation import Generation, bound_generation
from portal.cache.memory import Memory

# The objects around the bytes.
ALLOWANCE = 600


class Part(NamedTuple):
    """HTML as UTF-8, and for which generation it holds; None for any."""

    html: bytes
    generation: Generation | None

    @property
    def size(self) -> int:
        return len(self.html) + ALLOWANCE


_parts: Memory[Part] = Memory(settings.PART_CACHE_MEGABYTES * 1_000_000)


def part_of_generation(key: Hashable, render: Callable[[], str]) -> SafeString:
    """What `render` makes of the content of the present request's generation."""
    generation = bound_generation()
    if generation is None:
        return SafeString(render())
    return kept(("generation", key), generation, render, lambda: True)


def lasting_part(
    key: Hashable, render: Callable[[], str], may_last: Callable[[], bool]
) -> SafeString:
    """What `render` makes of `key` alone; `may_last` says whether that is so.

    Where it is not, the part is made each time. It is asked only of parts not kept.
    """
    return kept(("lasting", key), None, render, may_last)


def kept(
    key: Hashable,
    generation: Generation | None,
    render: Callable[[], str],
    may_keep: Callable[[], bool],
) -> SafeString:
    found = _parts.get(key)
    if found is not None and found.generation == generation:
        return SafeString(found.html.decode())
    html = render()
    if _parts.most_bytes and may_keep():
        _parts.put(key, Part(html.encode(), generation))
    return SafeString(html)


def keep_parts(request: HttpRequest, response: Any) -> None:
    """Name the address as the key of the parts that a template marks.

    For answers to readers alone that are the same whatever the query says.
    """
    response.context_data["kept_as"] = (request.get_host(), request.path)


def forget_parts() -> None:
    _parts.clear()
