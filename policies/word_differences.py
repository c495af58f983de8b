"""What differs between two passages: lines first, then words inside changed lines.

Comparing word by word takes time with the square of the length, so it is done only
where lines differ, and not at all where a changed passage is very long.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

# The blank before a word belongs to it: as words of their own, blanks would be the
# commonest word by far, and comparing them the greatest part of the work.
WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
MOST_PAIRS_OF_WORDS = 250_000


@dataclass(frozen=True)
class Segment:
    """A run of words: `same`, `added` or `removed`."""

    kind: str
    text: str


def word_segments(before: str, after: str) -> list[Segment]:
    """Words kept, removed and added, in reading order."""
    old, new = lines_of(before), lines_of(after)
    segments: list[Segment] = []
    for kind, i1, i2, j1, j2 in opcodes(old, new):
        if kind == "replace":
            segments += segments_of_passage(old[i1:i2], new[j1:j2])
        else:
            segments += segments_of(kind, old[i1:i2], new[j1:j2])
    return joined(segments)


def segments_of_passage(old: list[str], new: list[str]) -> list[Segment]:
    """A changed passage by words: as a whole if it is short, else line by line."""
    if is_short(words_of("".join(old)), words_of("".join(new))):
        return segments_of_words(words_of("".join(old)), words_of("".join(new)))
    segments: list[Segment] = []
    for before, after in zip_longest(old, new, fillvalue=""):
        old_words, new_words = words_of(before), words_of(after)
        if is_short(old_words, new_words):
            segments += segments_of_words(old_words, new_words)
        else:
            segments += segments_of("replace", old_words, new_words)
    return segments


def segments_of_words(old: list[str], new: list[str]) -> list[Segment]:
    segments: list[Segment] = []
    for kind, i1, i2, j1, j2 in opcodes(old, new):
        segments += segments_of(kind, old[i1:i2], new[j1:j2])
    return segments


def segments_of(kind: str, old: list[str], new: list[str]) -> list[Segment]:
    """The segments of one opcode of `difflib`."""
    if kind == "equal":
        return [Segment("same", "".join(new))]
    pairs = [Segment("removed", "".join(old)), Segment("added", "".join(new))]
    return [segment for segment in pairs if segment.text]


def opcodes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def lines_of(text: str) -> list[str]:
    return [f"{line}\n" for line in text.splitlines()]


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def is_short(old: list[str], new: list[str]) -> bool:
    return len(old) * len(new) <= MOST_PAIRS_OF_WORDS


def joined(segments: list[Segment]) -> list[Segment]:
    """Neighbours of the same kind as one segment."""
    result: list[Segment] = []
    for segment in segments:
        if result and result[-1].kind == segment.kind:
            segment = Segment(segment.kind, result.pop().text + segment.text)
        result.append(segment)
    return result
