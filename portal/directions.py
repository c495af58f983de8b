"""Signs that turn the direction of a text without being seen: “21” reads as “12”.

Marks of one direction (U+200E, U+200F) and joiners stay: honest text needs them.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from django.db import models

from portal.refusals import Refusal

SIGNS = {
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "pop directional formatting",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first strong isolate",
    "\u2069": "pop directional isolate",
}
ISOLATES = "\u2066\u2067\u2068"
END_OF_ISOLATE = "\u2069"
TURNING = re.compile(f"[{''.join(SIGNS)}]")


def turning_signs(text: str, *, with_isolates: bool = False) -> list[str]:
    """Names of the refused signs in a text or in HTML, such as “U+202E (right-to-left
    override)”.

    `with_isolates` lets isolates pass that end in the paragraph in which they began, as
    text in several scripts may need.
    """
    found = TURNING.findall(unescape(text))
    if with_isolates and all(map(is_balanced, unescape(text).splitlines())):
        found = [sign for sign in found if sign not in ISOLATES + END_OF_ISOLATE]
    return [name_of(sign) for sign in sorted(set(found))]


def is_balanced(line: str) -> bool:
    depth = 0
    for sign in line:
        if sign in ISOLATES:
            depth += 1
        elif sign == END_OF_ISOLATE:
            depth -= 1
        if depth < 0:
            return False
    return depth == 0


def name_of(sign: str) -> str:
    return f"U+{ord(sign):04X} ({SIGNS[sign]})"


def visible(text: str) -> str:
    """The text with each such sign written out, so that it turns nothing."""
    return TURNING.sub(lambda found: f"[{name_of(found[0])}]", text)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in data that JSON can hold."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from texts_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts_in(member)


def refuse_turned_text(
    texts: Iterable[tuple[str, Any]], *, with_isolates: bool = False
) -> None:
    """A Refusal that names each field and its signs; `texts` are labels and values."""
    reasons = [
        f"“{label}” holds {', '.join(found)}, which makes readers see another order of "
        "signs than is stored. Take it out."
        for label, value in texts
        if (found := signs_in(value, with_isolates=with_isolates))
    ]
    if reasons:
        raise Refusal(*reasons)


def signs_in(value: Any, *, with_isolates: bool = False) -> list[str]:
    found = (
        sign
        for text in texts_in(value)
        for sign in turning_signs(text, with_isolates=with_isolates)
    )
    return list(dict.fromkeys(found))


def guard_texts(row: models.Model, update_fields: Iterable[str] | None = None) -> None:
    """Before a row is saved: refuse such signs in its columns of text."""
    refuse_turned_text(
        (str(field.verbose_name), getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and (update_fields is None or field.name in update_fields)
    )
