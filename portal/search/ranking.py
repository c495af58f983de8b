"""Puts the best of what a database found in order, the same way for either of them."""

from collections.abc import Collection, Sequence

from portal.search.matching import Group, Match, Term
from portal.search.models import Kind
from portal.search.words import stem

# Beyond this many the order of the database is good enough.
RANKED = 100
EXACT_NAME = 4.0
IN_NAME = 3.0
SHARE_OF_NAME = 3.0
IN_TITLE = 1.0
HOLDS_ALL = 3.5
# Most people look for a treatment; those who want a policy type its name or reference.
PREFERENCE = {Kind.TREATMENT: 3.0, Kind.POLICY: 0.5, Kind.INFORMATION: 0.0}


def ranked(
    found: list[Match],
    groups: Sequence[Group],
    whole: Collection[int] = frozenset(),
) -> list[Match]:
    """The first hundred in the order of their worth, then the rest.

    `whole` are the keys of those that hold everything, among some that do not.
    """
    best = sorted(
        found[:RANKED],
        key=lambda match: (
            match.is_ended,
            -worth(match, groups) - HOLDS_ALL * (match.pk in whole),
        ),
    )
    return [*best, *found[RANKED:]]


def worth(match: Match, groups: Sequence[Group]) -> float:
    """The worth of the name that says most of what was asked, and a preference."""
    names = [line.split() for line in match.names.splitlines()]
    every_word = forms_of(match)
    # Words of several names together count too, but less than those of one.
    together = sum(group.weight * is_said(group, every_word) for group in groups)
    in_title = is_in_title(match, groups)
    return (
        max((worth_of_name(name, groups) for name in names), default=0.0)
        + together
        + IN_TITLE * in_title
        + PREFERENCE[Kind(match.kind)]
    )


def forms_of(match: Match) -> set[str]:
    """The words of all its names, as they stand and as stems."""
    return {form for word in match.names.split() for form in (word, stem(word))}


def says_all(match: Match, groups: Sequence[Group]) -> bool:
    """Whether the names say everything that was asked."""
    forms = forms_of(match)
    return all(is_said(group, forms) for group in groups if group.weight == 1)


def is_in_title(match: Match, groups: Sequence[Group]) -> bool:
    title = match.names.partition("\n")[0].split()
    forms = {stem(word) for word in title} | set(title)
    return all(is_said(group, forms) for group in groups)


def worth_of_name(name: list[str], groups: Sequence[Group]) -> float:
    forms = {stem(word) for word in name} | set(name)
    said = [group for group in groups if is_said(group, forms)]
    if not said:
        return 0.0
    used = {stem(term.word) for group in said for way in group.ways for term in way} & {
        stem(word) for word in name
    }
    share = len(used) / len({stem(word) for word in name})
    is_exact = len(said) == len(groups) and share == 1
    return (
        IN_NAME * sum(group.weight for group in said)
        + SHARE_OF_NAME * share
        + EXACT_NAME * is_exact
    )


def is_said(group: Group, forms: set[str]) -> bool:
    return any(all(is_there(term, forms) for term in way) for way in group.ways)


def is_there(term: Term, forms: set[str]) -> bool:
    if stem(term.word) in forms:
        return True
    return term.is_beginning and any(form.startswith(term.word) for form in forms)
