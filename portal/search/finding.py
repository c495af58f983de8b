"""From typed words to entries: other names, then corrected words, then any of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from portal.search.matching import Group, Match, Term, known, matches
from portal.search.models import SearchEntryQuerySet, Synonym
from portal.search.ranking import ranked, says_all
from portal.search.spelling import corrections, near_words
from portal.search.words import (
    Query,
    is_code,
    reference_key,
    reference_keys,
    runs,
    words_of,
)

LONGEST_SYNONYM = 4
NEAR_NAMES = 5
# Said around a name, never a name.
FILLERS = frozenset(
    words_of(
        "a an and are at be by can do for from get getting had has have having how i "
        "in is it me my need nhs of off on or our some that the their to under up want "
        "we what when where which who will with you your"
    )
)
# Said of most treatments, so they decide nothing beside another word.
WEAK = frozenset(
    words_of(
        "clinic doctor funded funding help operation operations policies policy "
        "procedure procedures removal remove removed removing rid surgeries surgery "
        "therapy treat treated treatment treatments"
    )
)
WEAK_WEIGHT = 0.25
REFERENCE = re.compile(r"(?P<letters>[a-z]+)[0-9]+")


@dataclass(frozen=True)
class Found:
    """Entries in order, and how the query was read to find them."""

    matches: list[Match] = field(default_factory=list)
    groups: Sequence[Group] = ()
    needs_all: bool = True
    corrected: str = ""


def find(entries: SearchEntryQuerySet, query: Query) -> Found:
    """By the first of the ways to read the query that finds something."""
    groups = groups_of(query.words)
    named = by_reference(entries, query.words)
    found = attempt(entries, groups, needs_all=True)
    if found.matches and not says_all(found.matches[0], groups):
        found = with_names(entries, found)
    if named or found.matches:
        others = [match for match in found.matches if match not in named]
        return replace(found, matches=[*named, *others])
    if is_reference(entries, query.words):
        return found
    fixed = corrected_words(entries, query.words)
    readings = [(groups, "")]
    if fixed != query.words:
        readings.insert(0, (groups_of(fixed), " ".join(fixed)))
        found = attempt(entries, readings[0][0], needs_all=True)
        if found.matches:
            return replace(found, corrected=readings[0][1])
    reading, corrected = readings[0]
    return replace(attempt(entries, reading, needs_all=False), corrected=corrected)


def attempt(
    entries: SearchEntryQuerySet, groups: Sequence[Group], *, needs_all: bool
) -> Found:
    """Weak words decide only when there are no others."""
    decisive = [group for group in groups if group.weight == 1] or groups
    found = matches(entries, decisive, needs_all=needs_all)
    return Found(ranked(found, groups), groups, needs_all)


def with_names(entries: SearchEntryQuerySet, found: Found) -> Found:
    """Texts hold all of the words, but what has some of them as its name may be it."""
    some = attempt(entries, found.groups, needs_all=False).matches[:NEAR_NAMES]
    others = [match for match in some if match not in found.matches]
    whole = frozenset(match.pk for match in found.matches)
    together = ranked([*others, *found.matches], found.groups, whole)
    return replace(found, matches=together)


def by_reference(entries: SearchEntryQuerySet, words: list[str]) -> list[Match]:
    """Policies whose reference was typed, in whatever way people write it."""
    keys = reference_keys(words)
    rows = entries.filter(reference_key__in=keys).order_by("is_ended", "pk")
    return [Match(*row) for row in rows.values_list(*Match._fields)] if keys else []


def is_reference(entries: SearchEntryQuerySet, words: list[str]) -> bool:
    """Whether the words are one reference, written like those of policies here.

    Other policies are then no answer, however alike their references are.
    """
    parts = REFERENCE.fullmatch(reference_key("".join(words)))
    if parts is None:
        return False
    like_it = rf"^{parts['letters']}[0-9]+$"
    return entries.filter(reference_key__regex=like_it).exists()


def near_names(entries: SearchEntryQuerySet, words: Sequence[str]) -> list[Match]:
    """What has a name that is written a little like one of the words."""
    groups = [Group(((Term(word),),)) for word in near_words(words)]
    return matches(entries, groups, needs_all=False)[:NEAR_NAMES]


def groups_of(words: Sequence[str]) -> list[Group]:
    """One group for each synonym, long ones first, and for each word that is left."""
    synonyms = synonyms_in(words)
    groups: list[Group] = []
    position = 0
    while position < len(words):
        run = next(
            (run for run in runs_at(words, position) if " ".join(run) in synonyms), None
        )
        is_last = position + len(run or "1") == len(words)
        if run is not None:
            groups.append(synonym_group(run, synonyms[" ".join(run)]))
        else:
            groups.append(word_group(words[position], is_last))
        position += len(run or "1")
    kept = [group for group in groups if not is_filler(group)]
    return kept or groups


def runs_at(words: Sequence[str], position: int) -> Iterator[tuple[str, ...]]:
    for length in range(min(LONGEST_SYNONYM, len(words) - position), 0, -1):
        yield tuple(words[position : position + length])


def synonyms_in(words: Sequence[str]) -> dict[str, list[list[str]]]:
    """What the staff say that rows of these words mean."""
    keys = {" ".join(run) for run in runs(list(words), LONGEST_SYNONYM)}
    found = Synonym.objects.filter(key__in=keys).values_list("key", "meant")
    return {
        key: [meant for line in lines.splitlines() if (meant := words_of(line))]
        for key, lines in found
    }


def synonym_group(typed: Sequence[str], meant: list[list[str]]) -> Group:
    ways = [typed, *meant]
    return Group(tuple(tuple(Term(word) for word in way) for way in ways))


def word_group(word: str, is_last: bool) -> Group:
    term = Term(word, is_unfinished=(is_last and word.isalpha()) or is_code(word))
    return Group(((term,),), WEAK_WEIGHT if word in WEAK else 1.0)


def is_filler(group: Group) -> bool:
    return len(group.ways) == 1 and group.ways[0][0].word in FILLERS


def corrected_words(entries: SearchEntryQuerySet, words: list[str]) -> list[str]:
    """The words, those that stand nowhere replaced by the likeliest of a name."""
    doubtful = [
        word for word in words if word not in FILLERS | WEAK and not is_code(word)
    ]
    in_synonyms = {part for key in synonyms_in(words) for part in key.split()}
    unknown = set(doubtful) - known(entries, doubtful) - in_synonyms
    better = corrections(sorted(unknown))
    return [better.get(word, word) for word in words]
