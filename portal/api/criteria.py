"""The criteria of a version as a tree of JSON objects."""

from typing import Any

from policies.criteria.tree import Criterion, Group, Quantity


def node_data(node: Group | Criterion) -> dict[str, Any]:
    return group_data(node) if isinstance(node, Group) else criterion_data(node)


def group_data(group: Group) -> dict[str, Any]:
    return {
        "type": "group",
        "id": group.node_id,
        "rule": group.rule,
        "rule_words": group.rule_words,
        "minimum": group.minimum,
        "heading": group.heading,
        "members": [node_data(member) for member in group.members],
    }


def criterion_data(criterion: Criterion) -> dict[str, Any]:
    return {
        "type": "criterion",
        "id": criterion.node_id,
        "kind": criterion.kind,
        "text": criterion.text,
        "unless": criterion.unless,
        "lay_wording": criterion.lay_wording,
        "help_for_clinicians": criterion.help_for_clinicians,
        "evidence_needed": criterion.evidence_needed,
        "quantities": [quantity_data(quantity) for quantity in criterion.quantities],
    }


def quantity_data(quantity: Quantity) -> dict[str, Any]:
    """The number as text: a binary fraction would not be the one that was approved."""
    return {
        "measure": quantity.measure,
        "comparison": quantity.comparison,
        "number": str(quantity.number),
        "unit": quantity.unit,
    }
