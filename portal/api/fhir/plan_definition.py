"""The criteria of a version as a FHIR PlanDefinition: what has to hold, as actions.

FHIR knows how to choose among actions but neither "at least n of" nor "none of", so
each group also carries its rule as an extension, and in words for people.
"""

from typing import Any

from policies.criteria.blocks import Rule
from policies.criteria.tree import Criterion, Group
from policies.models import PolicyVersion
from policies.text import PolicyText
from portal.api.fhir.canonical_resource import (
    Resource,
    canonical_resource,
    codings,
    identity,
    numbered,
    our_definition,
)
from portal.templatetags.portal import public_address

SELECTION = {Rule.ALL_OF: "all", Rule.ANY_OF: "one-or-more"}
TYPE = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
            "code": "clinical-protocol",
        }
    ]
}


def plan_definition(version: PolicyVersion) -> Resource:
    text: PolicyText = version.text
    resource = canonical_resource("PlanDefinition", version)
    resource |= {
        "type": TYPE,
        "relatedArtifact": related_artifacts(version),
        "action": list(actions(version, text)),
    }
    return resource


def related_artifacts(version: PolicyVersion) -> list[dict[str, str]]:
    """The page of this text, and the sources it rests on."""
    page = {
        "type": "documentation",
        "display": f"{version.title}, version {version.label}",
        "url": public_address(version.get_absolute_url()),
    }
    sources = [
        {
            "type": "citation",
            "citation": source["citation"],
            **({"url": source["url"]} if source["url"] else {}),
        }
        for source in version.text.evidence
    ]
    return [page, *sources]


def actions(version: PolicyVersion, text: PolicyText) -> Any:
    """One action for what is asked for; excluded codes as words, not as codes."""
    asked: dict[str, Any] = {
        "id": "treatment",
        "title": f"{text.position_label}: {version.title}",
        "textEquivalent": text.funding_route_label,
    }
    if included := codings(text, included=True):
        asked["code"] = [{"coding": [coding]} for coding in included]
    if text.criteria:
        asked["action"] = [group_action(text.criteria, "")]
    yield asked
    if excluded := codings(text, included=False):
        words = "; ".join(
            " ".join([coding["system"], coding["code"], coding.get("display", "")])
            for coding in excluded
        )
        yield {
            "id": "excluded-codes",
            "title": "Codes that this policy does not cover",
            "textEquivalent": words.strip(),
        }


def group_action(group: Group, number: str) -> dict[str, Any]:
    action: dict[str, Any] = {
        "id": identity(group, number),
        "extension": [rule_extension(group)],
        "textEquivalent": f"{group.rule_words}:",
        "groupingBehavior": "logical-group",
        "action": [
            group_action(member, label)
            if isinstance(member, Group)
            else criterion_action(member, label)
            for label, member in numbered(group.members, number)
        ],
    }
    if number:
        action["prefix"] = number
    if group.heading:
        action["title"] = group.heading
    if selection := SELECTION.get(Rule(group.rule)):
        action["selectionBehavior"] = selection
    return action


def rule_extension(group: Group) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"url": "rule", "valueCode": group.rule}]
    if group.rule == Rule.AT_LEAST:
        parts.append({"url": "minimum", "valuePositiveInt": group.minimum})
    return {"url": our_definition("criteria-rule"), "extension": parts}


def criterion_action(criterion: Criterion, number: str) -> dict[str, Any]:
    action: dict[str, Any] = {
        "id": identity(criterion, number),
        "prefix": number,
        "textEquivalent": criterion.text,
        "documentation": [
            {"type": "documentation", "label": label, "display": words}
            for label, words in notes_on(criterion)
        ],
    }
    return {name: value for name, value in action.items() if value}


def notes_on(criterion: Criterion) -> list[tuple[str, str]]:
    """What stands beside the formal text, only what is filled."""
    notes = [
        ("Unless", criterion.unless),
        ("Evidence needed", criterion.evidence_needed),
        ("Help", criterion.help_for_clinicians),
        ("In plain words", criterion.lay_wording),
        ("Numbers", "; ".join(str(quantity) for quantity in criterion.quantities)),
    ]
    return [(label, words) for label, words in notes if words]
