"""Compares what was seen with what is declared, and says in sentences what is wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from portal.consent.models import ItemKind
from portal.consent.scanner.crawl import Walk
from portal.consent.scanner.declarations import Declaration
from portal.consent.scanner.sightings import CACHE, Phase, Sighting

# A browser rounds, and time passes between writing a cookie and looking at it.
TOLERANCE_SECONDS = 24 * 60 * 60
KIND_WORDS = {
    **dict(ItemKind.choices),
    ItemKind.REQUEST: "Request to",
    CACHE: "Cache",
}


class Rule(StrEnum):
    """What a finding is about."""

    UNDECLARED = "undeclared"
    NOT_ALLOWED = "not allowed"
    LEFT = "left after withdrawal"
    THIRD_PARTY = "third party before consent"
    TOO_LONG = "kept too long"
    BROKEN_PAGE = "broken page"
    NEVER_SEEN = "never seen"


WARNINGS = {Rule.NEVER_SEEN, Rule.BROKEN_PAGE}
BEFORE_WORDS = {
    Phase.NO_CHOICE: "before the visitor chose",
    Phase.REJECT: "although the visitor refused",
    Phase.WITHDRAW: "although the visitor had withdrawn",
    Phase.GPC: "although the browser says no to everything optional",
    Phase.NO_SCRIPT: "without scripts, so before the visitor chose",
}


@dataclass(frozen=True)
class Finding:
    """One fault or warning, and where it was met first."""

    rule: Rule
    kind: str
    name: str
    sentence: str
    phase: str = ""
    page: str = ""

    @property
    def is_fault(self) -> bool:
        return self.rule not in WARNINGS

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "is_fault": self.is_fault}


def findings_of(seen: Walk, declared: list[Declaration]) -> list[Finding]:
    """Faults first; the same fault of the same item once, where it was met first."""
    found = [
        *(fault for sighting in seen.sightings for fault in faults(sighting, declared)),
        *(broken(address) for address in seen.broken),
        *never_seen(seen.sightings, declared),
    ]
    first = {(f.rule, f.kind, f.name): f for f in reversed(found)}
    return sorted(first.values(), key=lambda f: (not f.is_fault, f.rule, f.name))


def faults(sighting: Sighting, declared: Iterable[Declaration]) -> Iterator[Finding]:
    known = [item for item in declared if item.covers(sighting.kind, sighting.name)]
    known = [item for item in known if not item.is_for_staff]
    may_be_asked = sighting.phase == Phase.ACCEPT or any(i.is_required for i in known)
    is_request = sighting.kind == ItemKind.REQUEST and bool(sighting.host)
    if not known:
        yield fault(Rule.UNDECLARED, sighting, "is not declared for visitors")
    if not may_be_asked and is_request:
        words = BEFORE_WORDS[sighting.phase]
        yield fault(Rule.THIRD_PARTY, sighting, f"was made {words}")
    elif not may_be_asked and known and not is_out_of_reach(sighting):
        yield from not_allowed(sighting, known[0])
    yield from kept_too_long(sighting, known)


def is_out_of_reach(sighting: Sighting) -> bool:
    """What another website keeps, only that website can delete."""
    return sighting.phase == Phase.WITHDRAW and bool(sighting.host)


def not_allowed(sighting: Sighting, item: Declaration) -> Iterator[Finding]:
    if sighting.is_left:
        yield fault(Rule.LEFT, sighting, "is still there after the visitor withdrew")
    else:
        words = BEFORE_WORDS[sighting.phase]
        yield fault(Rule.NOT_ALLOWED, sighting, f"of “{item.group}” is used {words}")


def kept_too_long(sighting: Sighting, known: list[Declaration]) -> Iterator[Finding]:
    """Only a cookie says how long it stays."""
    if sighting.kind != ItemKind.COOKIE or sighting.seconds is None or not known:
        return
    allowed = max(item.seconds or 0 for item in known)
    if sighting.seconds > allowed + (TOLERANCE_SECONDS if allowed else 0):
        declared = f"{allowed} seconds" if allowed else "until the browser is closed"
        yield fault(
            Rule.TOO_LONG,
            sighting,
            f"stays for {sighting.seconds} seconds; declared is {declared}",
        )


def fault(rule: Rule, sighting: Sighting, words: str) -> Finding:
    kind = KIND_WORDS[sighting.kind]
    whose = f" of {sighting.host}" if sighting.host not in {"", sighting.name} else ""
    return Finding(
        rule,
        sighting.kind,
        sighting.name,
        f"{kind} “{sighting.name}”{whose} {words}.",
        sighting.phase,
        sighting.page,
    )


def broken(address: str) -> Finding:
    sentence = f"The page {address} answered with an error of the server."
    return Finding(Rule.BROKEN_PAGE, "", address, sentence, Phase.NO_CHOICE, address)


def never_seen(
    sightings: list[Sighting], declared: list[Declaration]
) -> Iterator[Finding]:
    for item in declared:
        if item.is_for_staff:
            continue
        if not any(item.covers(seen.kind, seen.name) for seen in sightings):
            sentence = (
                f"{KIND_WORDS[item.kind]} “{item.name}” is declared; it was not met."
            )
            yield Finding(Rule.NEVER_SEEN, item.kind, item.name, sentence)
