"""The criteria tree as plain data, read from the stored blocks.

The tree does not depend on Wagtail, so that each rendering and the ledger read the
same structure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from policies.criteria.blocks import Comparison, Rule


@dataclass(frozen=True)
class Quantity:
    """A number with its measure and unit, such as BMI at least 35 kg/m²."""

    measure: str
    comparison: str
    number: Decimal
    unit: str = ""

    def __str__(self) -> str:
        words = [self.measure, Comparison(self.comparison).label, str(self.number)]
        return " ".join([*words, self.unit]).strip()


@dataclass(frozen=True)
class Criterion:
    """A leaf: one criterion with a stable id."""

    node_id: str
    kind: str
    text: str
    unless: str = ""
    lay_wording: str = ""
    help_for_clinicians: str = ""
    evidence_needed: str = ""
    quantities: tuple[Quantity, ...] = ()
    is_group: bool = field(default=False, init=False)

    @property
    def plain_text(self) -> str:
        """The wording for patients; the formal text where nobody has written one."""
        return self.lay_wording or self.text


@dataclass(frozen=True)
class Group:
    """Members joined by a rule; `minimum` only counts for at least n of."""

    node_id: str
    rule: str
    members: tuple["Criterion | Group", ...]
    minimum: int | None = None
    heading: str = ""
    is_group: bool = field(default=True, init=False)

    @property
    def rule_words(self) -> str:
        """The rule as it reads above its members: `At least 2 of these 3`."""
        count = len(self.members)
        match Rule(self.rule):
            case Rule.ALL_OF:
                return "All of these" if count > 1 else "This"
            case Rule.ANY_OF:
                return "Any one of these" if count > 1 else "This"
            case Rule.AT_LEAST:
                return f"At least {self.minimum} of these {count}"
            case Rule.NONE_OF:
                return "None of these" if count > 1 else "Not this"

    @property
    def plain_rule_words(self) -> str:
        """The rule as it reads to a patient: `At least 2 of these 3 are true`."""
        count = len(self.members)
        match Rule(self.rule):
            case Rule.ALL_OF:
                return "All of these are true" if count > 1 else "This is true"
            case Rule.ANY_OF:
                return "At least one of these is true" if count > 1 else "This is true"
            case Rule.AT_LEAST:
                return f"At least {self.minimum} of these {count} are true"
            case Rule.NONE_OF:
                return "None of these is true" if count > 1 else "This is not true"

    @property
    def depth(self) -> int:
        """Levels of groups from here down, this one included."""
        return 1 + max(
            (member.depth for member in self.members if isinstance(member, Group)),
            default=0,
        )

    def criteria(self) -> Iterator[Criterion]:
        """Every leaf below, in reading order."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.criteria()
            else:
                yield member


def tree_from_blocks(stored: list[dict[str, Any]]) -> Group | None:
    """The tree from stored blocks (`[{"type", "value", "id"}]`); None when empty."""
    return group_from_block(stored[0]) if stored else None


def group_from_block(block: dict[str, Any]) -> Group:
    value = block["value"]
    members = tuple(
        group_from_block(member)
        if member["type"] == "group"
        else criterion_from_block(member)
        for member in value.get("members") or []
    )
    return Group(
        node_id=block.get("id") or "",
        rule=value.get("rule") or Rule.ALL_OF,
        members=members,
        minimum=value.get("minimum"),
        heading=value.get("heading") or "",
    )


def criterion_from_block(block: dict[str, Any]) -> Criterion:
    value = block["value"]
    texts = {
        name: value.get(name) or ""
        for name in (
            "kind",
            "text",
            "unless",
            "lay_wording",
            "help_for_clinicians",
            "evidence_needed",
        )
    }
    return Criterion(
        node_id=block.get("id") or "",
        quantities=tuple(
            quantity_from_item(item) for item in value.get("quantities") or []
        ),
        **texts,
    )


def quantity_from_item(item: dict[str, Any]) -> Quantity:
    value = item["value"] if item.get("type") == "item" else item
    return Quantity(
        measure=value["measure"],
        comparison=value["comparison"],
        number=Decimal(str(value["number"])),
        unit=value.get("unit") or "",
    )
