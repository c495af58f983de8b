"""Marks, in the text of a result, the words that were asked for."""

from collections.abc import Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from portal.search.matching import Group
from portal.search.words import WORD, stem, words_of


def marked(text: str, groups: Sequence[Group]) -> SafeString:
    """The text, safe for a page, with `<mark>` around each word that matches."""
    terms = {term for group in groups for way in group.ways for term in way}
    stems = {stem(term.word) for term in terms}
    beginnings = tuple(term.word for term in terms if term.is_beginning)
    parts: list[SafeString] = []
    end = 0
    for found in WORD.finditer(text):
        words = words_of(found.group())
        if any(stem(word) in stems or word.startswith(beginnings) for word in words):
            parts.append(escape(text[end : found.start()]))
            parts.append(format_html("<mark>{}</mark>", found.group()))
            end = found.end()
    return SafeString("".join([*parts, escape(text[end:])]))
