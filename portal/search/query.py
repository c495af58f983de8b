"""Turns what people type into words that every search backend accepts."""

import re
import unicodedata

MAXIMUM_LENGTH = 200
MAXIMUM_WORDS = 20
WORD = re.compile(r"\w+(?:[.'’-]\w+)*")


class QueryTooLong(Exception):
    """More than `MAXIMUM_LENGTH` characters."""


def words_of(typed: str) -> str:
    """The words of a query, joined by spaces: no quotes, operators or controls."""
    if len(typed) > MAXIMUM_LENGTH:
        raise QueryTooLong
    text = unicodedata.normalize("NFKC", typed)
    visible = "".join(
        " " if unicodedata.category(char).startswith("C") else char for char in text
    )
    return " ".join(WORD.findall(visible)[:MAXIMUM_WORDS])
