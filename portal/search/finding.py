"""From typed words to entries: other names, then corrected words, then any of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.search.matching import Group, Match, Term, known, matches
from portal.search.models import SearchEntryQuerySet, Synonym
from portal.search.ranking import ranked
from portal.search.spelling import corrections
from portal.search.words import Query, is_code, reference_keys, runs, words_of

LONGEST_SYNONYM = 4
# Said around a name, never a name.
FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "by",
        "can",
        "do",
        "for",
        "from",
        "get",
        "getting",
        "had",
        "has",
        "have",
        "having",
        "how",
        "i",
        "in",
        "is",
        "it",
        "me",
        "my",
        "need",
        "nhs",
        "of",
        "off",
        "on",
        "or",
        "our",
        "some",
        "that",
        "the",
        "their",
        "to",
        "under",
        "up",
        "want",
        "we",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)
# Said of most treatments, so they decide nothing beside another word.
WEAK = frozenset(
    [
        "clinic",
        "doctor",
        "funded",
        "funding",
        "help",
        "operation",
        "operations",
        "policies",
        "policy",
        "procedure",
        "procedures",
        "removal",
        "remove",
        "removed",
        "removing",
        "rid",
        "surgery",
        "surgeries",
        "therapy",
        "treat",
        "treated",
        "treatment",
        "treatments",
    ]
)
WEAK_WEIGHT = 0.25


@dataclass(frozen=True)
class Found:
    """Entries in order, and how they were found: asked again with filters."""

    matches: list[Match] = field(default_factory=list)
    groups: tuple[Group, ...] = ()
    needs_all: bool = True
    corrected: str = ""

    def among(self, entries: SearchEntryQuerySet) -> list[Match]:
        """Those of the same answer that are in a narrower set of entries."""
        found = matches(
            entries, decisive(self.groups, self.needs_all), needs_all=self.needs_all
        )
        return ranked(found, self.groups)


def find(entries: SearchEntryQuerySet, query: Query) -> Found:
    """The first of the ways to read the query that finds something."""
    groups = groups_of(query.words)
    found = attempt(entries, groups, needs_all=True)
    if found.matches:
        return with_references(entries, query, found)
    references = with_references(entries, query, found)
    if references.matches:
        return references
    fixed = corrected_words(entries, query.words)
    if fixed != query.words:
        better = first_found(entries, groups_of(fixed), " ".join(fixed))
        if better.matches:
            return better
    return attempt(entries, groups, needs_all=False)


def first_found(
    entries: SearchEntryQuerySet, groups: Sequence[Group], corrected: str
) -> Found:
    """With all of the groups, or else with some."""
    found = attempt(entries, groups, needs_all=True, corrected=corrected)
    return (
        found
        if found.matches
        else attempt(entries, groups, needs_all=False, corrected=corrected)
    )


def attempt(
    entries: SearchEntryQuerySet,
    groups: Sequence[Group],
    *,
    needs_all: bool,
    corrected: str = "",
) -> Found:
    found = matches(entries, decisive(groups, needs_all), needs_all=needs_all)
    return Found(ranked(found, groups), tuple(groups), needs_all, corrected)


def decisive(groups: Sequence[Group], needs_all: bool) -> Sequence[Group]:
    """Without the weak words, if there are others."""
    return [group for group in groups if group.weight == 1] or groups


def with_references(entries: SearchEntryQuerySet, query: Query, found: Found) -> Found:
    """What was asked for by its reference comes first."""
    keys = reference_keys(query.words)
    if not keys:
        return found
    rows = entries.filter(reference_key__in=keys).order_by("-is_ended", "pk")
    named = [Match(*row) for row in rows.values_list(*Match._fields)]
    others = [row for row in found.matches if row not in named]
    return Found([*named, *others], found.groups, found.needs_all, found.corrected)


def groups_of(words: Sequence[str]) -> list[Group]:
    """One group for each synonym, the long ones first, and for each word that is left."""
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
