"""Text as search sees it: cleaned words, their stems, keys of codes and references.

The same rules for what is typed and for what is found, and the same on every
database: their own dictionaries differ, so neither is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAXIMUM_LENGTH = 200
MAXIMUM_WORDS = 20
LONGEST_WORD = 60
SHORTEST_STEM = 3
WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
APOSTROPHE_S = re.compile(r"['’]s\b|['’]")
LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
CODE = re.compile(r"[a-z]\d{2,4}[a-z]?|\d{6,18}")
ENDINGS = (
    *("ations", "ation", "ements", "ement", "ings", "ing", "ions", "ion"),
    *("als", "al", "ed", "ers", "er", "ies", "es", "s", "e", "y"),
)
# Before these a single consonant is doubled.
DOUBLING = ("ing", "ed", "er")


class Query(NamedTuple):
    """What is left of typed text, and whether anything was cut off its end."""

    text: str
    words: list[str]
    is_cut: bool


def cleaned(typed: str) -> Query:
    """At most 200 characters and 20 words, without quotes, operators, controls."""
    visible = "".join(
        " " if unicodedata.category(char).startswith("C") else char
        for char in typed[: MAXIMUM_LENGTH * 2]
    )
    text = " ".join(visible.split())
    words = words_of(text[:MAXIMUM_LENGTH])
    is_cut = len(text) > MAXIMUM_LENGTH or len(words) > MAXIMUM_WORDS
    return Query(text[:MAXIMUM_LENGTH], words[:MAXIMUM_WORDS], is_cut)


def words_of(text: str) -> list[str]:
    """Words in their order: lower case, no accents, `W90.3` as `w903`."""
    return [
        word[:LONGEST_WORD]
        for part in WORD.findall(plain(text))
        for word in parts_of(APOSTROPHE_S.sub("", part))
    ]


def plain(text: str) -> str:
    """Compatible forms made one, accents taken away, lower case."""
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare).casefold()


def parts_of(word: str) -> list[str]:
    """A dotted code stays one word; a sentence without a space after it does not."""
    together = word.replace(".", "")
    return [together] if CODE.fullmatch(together) else word.split(".")


def stem(word: str) -> str:
    """What `removal`, `removing` and `removed` share; rough, and the same for both."""
    if not word.isalpha():
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return undoubled(word[: -len(ending)], ending)
    return word


def undoubled(short: str, ending: str) -> str:
    """`pinning` belongs to `pin`, but `swelling` to `swell`."""
    is_doubled = short[-1] == short[-2] and short[-1] not in "lsz"
    return short[:-1] if is_doubled and ending.startswith(DOUBLING) else short


def stems(words: Iterable[str]) -> list[str]:
    return [stem(word) for word in words]


def with_stems(words: Iterable[str]) -> list[str]:
    """Each word once, as it stands and as its stem, in a settled order."""
    return sorted({form for word in words for form in (word, stem(word))})


def is_code(word: str) -> bool:
    """Whether a word could be an OPCS-4, ICD-10 or SNOMED CT code."""
    return CODE.fullmatch(word) is not None


def reference_key(text: str) -> str:
    """`CP-001`, `cp 1` and `CP1` are one reference: letters and figures, no zeros."""
    together = "".join(char for char in plain(text) if char.isalnum())
    return LEADING_ZEROS.sub("", together)


def reference_keys(words: list[str]) -> set[str]:
    """The references that two or three neighbouring words, or one, could mean."""
    return {
        reference_key("".join(run))
        for run in runs(words, longest=4)
        if any(char.isdigit() for char in "".join(run))
    }


def runs(words: list[str], longest: int) -> Iterator[tuple[str, ...]]:
    """Every row of up to `longest` neighbours, the long ones first."""
    for length in range(min(longest, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield tuple(words[start : start + length])
