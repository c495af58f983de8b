"""Narrows an answer by type, position and specialty, with plain links that count."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext_noop

from pages.models import Specialty
from policies.positions import Position, patient_words
from portal.search.matching import Match
from portal.search.models import Kind, SearchEntryQuerySet


class Option(NamedTuple):
    """One link: everything, or what has one value."""

    label: str
    number: int
    url: str
    is_current: bool


class Filter(NamedTuple):
    """The links of one question."""

    label: str
    options: list[Option]


@dataclass(frozen=True)
class Question:
    """What a filter asks of a match: its parameter, its words, a match's values."""

    parameter: str
    label: str
    everything: str
    labels: Mapping[str, str]
    values: Callable[[Match], Iterable[str]]


def questions(matches: list[Match], entries: SearchEntryQuerySet) -> list[Question]:
    """The three questions about these matches; two queries for any number."""
    positions = positions_of_treatments(matches, entries)
    keys = {match.specialty_id for match in matches if match.specialty_id}
    specialties = {row.pk: row for row in Specialty.objects.filter(pk__in=keys)}

    def positions_of(match: Match) -> Iterable[str]:
        if match.kind == Kind.TREATMENT:
            return positions.get(match.page_id, set())
        return {match.position} - {""}

    def specialty_of(match: Match) -> Iterable[str]:
        specialty = specialties.get(match.specialty_id or 0)
        return {specialty.slug} if specialty else set()

    return [
        Question(
            "type",
            gettext_noop("Type"),
            gettext_noop("All types"),
            dict(Kind.choices),
            kind_of,
        ),
        Question(
            "position",
            gettext_noop("Is it funded?"),
            gettext_noop("All answers"),
            {value: patient_words(value).tag for value in Position.values},
            positions_of,
        ),
        Question(
            "specialty",
            gettext_noop("Specialty"),
            gettext_noop("All specialties"),
            {row.slug: row.name for row in specialties.values()},
            specialty_of,
        ),
    ]


def kind_of(match: Match) -> Iterable[str]:
    return {match.kind}


def positions_of_treatments(
    matches: list[Match], entries: SearchEntryQuerySet
) -> dict[int, set[str]]:
    """What the policies that may be found now say about the treatments."""
    keys = [match.page_id for match in matches if match.kind == Kind.TREATMENT]
    rows = entries.filter(kind=Kind.POLICY, version__treatments__in=keys)
    found: dict[int, set[str]] = {}
    for page, position in rows.values_list("version__treatments", "position"):
        found.setdefault(page, set()).update({position} - {""})
    return found


def chosen_values(
    asked: Mapping[str, str], parameters: Iterable[str]
) -> dict[str, str]:
    return {name: asked[name] for name in parameters if asked.get(name)}


def narrowed(
    matches: list[Match], asked: list[Question], chosen: Mapping[str, str]
) -> list[Match]:
    """The matches that have every chosen value; an unknown value has none."""
    return [
        match
        for match in matches
        if all(
            chosen[question.parameter] in question.values(match)
            for question in asked
            if question.parameter in chosen
        )
    ]


def filters(
    matches: list[Match], asked: list[Question], query: str, chosen: Mapping[str, str]
) -> list[Filter]:
    """Each question with the values that some match has, the other choices kept."""
    return [
        Filter(question.label, options)
        for question in asked
        if len(options := options_of(question, matches, asked, query, chosen)) > 2
        or question.parameter in chosen
    ]


def options_of(
    question: Question,
    matches: list[Match],
    asked: list[Question],
    query: str,
    chosen: Mapping[str, str],
) -> list[Option]:
    others = {name: chosen[name] for name in chosen if name != question.parameter}
    within = narrowed(matches, asked, others)
    counts = Counter(value for match in within for value in question.values(match))
    current = chosen.get(question.parameter, "")

    def option(label: str, value: str, number: int) -> Option:
        values = {"q": query, **others, question.parameter: value}
        address = urlencode({name: text for name, text in values.items() if text})
        return Option(label, number, f"?{address}", value == current)

    return [
        option(question.everything, "", len(within)),
        *(
            option(label, value, counts[value])
            for value, label in question.labels.items()
            if counts[value] or value == current
        ),
    ]
