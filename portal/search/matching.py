"""Asks the full text of either database for entries, best first, at a bounded cost.

A query is a list of groups, one for each thing that was asked for; a group is a list of
ways to say it; a way is a list of words that must all be there.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    FloatField,
    Func,
    Value,
    When,
)

from portal.search.models import SearchEntry, SearchEntryQuerySet
from portal.search.words import stem

# More than anybody reads; a count beyond it is said as “more than 1,000”.
MOST = 1001
SHORTEST_BEGINNING = 3
IN_FULL_TEXT = "IN (SELECT rowid FROM search_fulltext WHERE search_fulltext MATCH %s)"


class Term(NamedTuple):
    """One word: its stem has to be there or, for an unfinished one, its beginning."""

    word: str
    is_unfinished: bool = False

    @property
    def is_beginning(self) -> bool:
        """Whether words that only begin with it count as well."""
        return self.is_unfinished and len(self.word) >= SHORTEST_BEGINNING


class Group(NamedTuple):
    """The ways to say one thing, and how much the thing says about what is meant."""

    ways: tuple[tuple[Term, ...], ...]
    weight: float = 1.0


class Match(NamedTuple):
    """What is needed of an entry to put it in order and to count it."""

    pk: int
    kind: str
    page_id: int
    specialty_id: int | None
    position: str
    is_ended: bool
    names: str


class Holds(Func):
    """Whether the names of an entry, or all of its text, hold what a query says."""

    output_field = BooleanField()

    def __init__(self, column: str, text: str) -> None:
        super().__init__(F("pk"))
        self.column = column
        self.text = text

    def as_sqlite(self, compiler: Any, connection: Any, **kwargs: Any) -> Any:
        key, _params = compiler.compile(self.source_expressions[0])
        return f"{key} {IN_FULL_TEXT}", [f"{self.column}_words : ({self.text})"]

    def as_postgresql(self, compiler: Any, connection: Any, **kwargs: Any) -> Any:
        key: Any = self.source_expressions[0]
        table = compiler.quote_name_unless_alias(key.alias)
        return f"{table}.{self.column}_vector @@ %s::tsquery", [self.text]


class Words(NamedTuple):
    """How a database writes a query; terms hold letters and figures alone."""

    quoted: str
    conjunction: str
    disjunction: str
    beginning: str

    def term(self, one: Term) -> str:
        stemmed = self.quoted.format(stem(one.word))
        if not one.is_beginning:
            return stemmed
        begun = self.quoted.format(one.word) + self.beginning
        return f"({stemmed}{self.disjunction}{begun})"

    def group(self, group: Group) -> str:
        ways = [f"({self.conjunction.join(map(self.term, way))})" for way in group.ways]
        return f"({self.disjunction.join(ways)})"

    def every(self, groups: Sequence[Group]) -> str:
        return self.conjunction.join(map(self.group, groups))

    def some(self, groups: Sequence[Group]) -> str:
        return self.disjunction.join(map(self.group, groups))


WORDS = {
    "postgresql": Words("'{}'", " & ", " | ", ":*"),
    "sqlite": Words('"{}"', " AND ", " OR ", " *"),
}


def matches(
    entries: SearchEntryQuerySet, groups: Sequence[Group], *, needs_all: bool
) -> list[Match]:
    """Entries with all of the groups, or with some: names before text, short names
    before long ones, policies that ended last.
    """
    if not groups:
        return []
    words = WORDS[connection.vendor]
    text = words.every(groups) if needs_all else words.some(groups)
    order: list[Any] = ["is_ended"]
    if needs_all:
        order.append(Holds("name", text).desc())
    else:
        order.append(worth(words, groups).desc())
    found = entries.filter(Holds("all", text)).order_by(*order, "name_length", "pk")
    return [Match(*row) for row in found.values_list(*Match._fields)[:MOST]]


def worth(words: Words, groups: Sequence[Group]) -> Any:
    """How much of the query an entry holds, a name counting twice."""
    return sum(
        (
            Case(
                When(Holds("name", words.group(group)), then=Value(2 * group.weight)),
                When(Holds("all", words.group(group)), then=Value(group.weight)),
                default=Value(0.0),
                output_field=FloatField(),
            )
            for group in groups
        ),
        start=Value(0.0, output_field=FloatField()),
    )


def known(entries: SearchEntryQuerySet, words: Sequence[str]) -> set[str]:
    """Those of the words that stand in any text that may be found now."""
    spoken = WORDS[connection.vendor]
    wanted = list(dict.fromkeys(words))
    checks = [
        Exists(entries.filter(Holds("all", spoken.term(Term(word))))) for word in wanted
    ]
    answers = SearchEntry.objects.order_by("pk").values_list(*checks)[:1]
    return {
        word
        for row in (answers if checks else [])
        for word, is_there in zip(wanted, row, strict=True)
        if is_there
    }
