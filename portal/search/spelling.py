"""Finds the word that somebody meant among the words that stand in names.

Trigrams in rows of our own propose candidates, on either database; the distance of
letters, as typing goes wrong, decides among them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Count

from portal.search.models import SearchTrigram

SHORTEST = 3
CANDIDATES = 40
NEAR = 5
SHARED_BY_NEAR = 3
BATCH = 500
# Sounds that people write in several ways, the long ones first.
SOUNDS = [
    *[("ph", "f"), ("ck", "k"), ("qu", "k"), ("gh", "g"), ("rh", "r"), ("kn", "n")],
    *[("ae", "e"), ("oe", "e"), ("th", "t"), ("cc", "k"), ("ch", "k"), ("x", "ks")],
    *[("gy", "j"), ("gi", "j"), ("ge", "j"), ("ci", "si"), ("ce", "se"), ("cy", "sy")],
    *[("c", "k"), ("z", "s"), ("y", "i")],
]


def learn(words: Iterable[str]) -> None:
    """Add what is new to the words that corrections are chosen from."""
    known = {word for word in words if word.isalpha() and len(word) >= SHORTEST}
    rows = [
        SearchTrigram(trigram=trigram, word=word)
        for word in sorted(known)
        for trigram in sorted(trigrams(word))
    ]
    SearchTrigram.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def trigrams(word: str) -> set[str]:
    """Threes of letters, with the word's edges, as it is written."""
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def corrections(words: Iterable[str]) -> dict[str, str]:
    """For each word that has one, the likeliest word of a name; one query."""
    wanted = {word: trigrams(word) for word in words if is_correctable(word)}
    if not wanted:
        return {}
    found = sharing(set().union(*wanted.values()))
    candidates = list(found[: CANDIDATES * len(wanted)])
    best = {word: nearest(word, candidates) for word in wanted}
    return {word: meant for word, meant in best.items() if meant and meant != word}


def sharing(threes: set[str]) -> Any:
    """Words of names, those that share most of these threes of letters first."""
    return (
        SearchTrigram.objects.filter(trigram__in=threes)
        .values("word")
        .annotate(shared=Count("trigram"))
        .order_by("-shared", "word")
        .values_list("word", flat=True)
    )


def near_words(words: Iterable[str]) -> list[str]:
    """Words of names that look like one of the words without being the same word."""
    threes = [trigrams(word) for word in words if is_correctable(word)]
    if not threes:
        return []
    found = sharing(set().union(*threes)).filter(shared__gte=SHARED_BY_NEAR)
    return list(found[:NEAR])


def is_correctable(word: str) -> bool:
    return word.isascii() and word.isalpha() and SHORTEST <= len(word) <= 30


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is near enough, by sound before letters."""
    ranked = [
        (measure, candidate)
        for candidate in candidates
        if (measure := likeness(word, candidate)) is not None
    ]
    return min(ranked)[1] if ranked else None


def likeness(word: str, candidate: str) -> tuple[float, bool] | None:
    """How far a candidate is from a word; None when it is another word."""
    if abs(len(word) - len(candidate)) > 3:
        return None
    letters = distance(word, candidate)
    sounds = distance(sound(word), sound(candidate))
    far = (letters + sounds) / 2
    if far > allowed(len(word)):
        return None
    return far, word[0] != candidate[0]


def allowed(length: int) -> float:
    """A short word is soon another word."""
    return 1.0 if length <= 5 else 2.0 if length <= 8 else 2.5


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    for written, spoken in SOUNDS:
        word = word.replace(written, spoken)
    letters = [
        letter
        for letter, before in zip(word, f" {word}", strict=False)
        if letter != before
    ]
    return "".join(letters)


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change, or swap with a neighbour, from one to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i] + [0] * len(other)
        for j, wanted in enumerate(other, start=1):
            row[j] = min(
                before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted)
            )
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]
