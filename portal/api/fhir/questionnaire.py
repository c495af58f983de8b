"""The criteria as a FHIR R4 Questionnaire: one question for each criterion."""

from typing import Any

from policies.criteria.blocks import Rule
from policies.criteria.evaluation import Answer, words_for
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
from portal.api.fhir.plan_definition import notes_on, rule_extension

CODES = {
    Answer.MET: "met",
    Answer.NOT_MET: "not-met",
    Answer.NOT_KNOWN: "not-known",
}


def questionnaire(version: PolicyVersion) -> Resource:
    text: PolicyText = version.text
    resource = canonical_resource("Questionnaire", version)
    resource["subjectType"] = ["Patient"]
    if included := codings(text, included=True):
        resource["code"] = included
    if text.criteria:
        resource["item"] = [group_item(text.criteria, "")]
    return resource


def group_item(
    group: Group, number: str, *, is_excluding: bool = False
) -> dict[str, Any]:
    """A group; `is_excluding` says that it stands somewhere below “none of these”."""
    below = is_excluding or group.rule == Rule.NONE_OF
    item: dict[str, Any] = {
        "extension": [rule_extension(group)],
        "linkId": identity(group, number),
        "text": group_words(group),
        "type": "group",
        "item": [
            group_item(member, label, is_excluding=below)
            if isinstance(member, Group)
            else criterion_item(member, label, is_excluding=below)
            for label, member in numbered(group.members, number)
        ],
    }
    return {**item, **({"prefix": number} if number else {})}


def group_words(group: Group) -> str:
    """The heading and the rule: the rule is what the answers are judged by."""
    rule = f"{group.rule_words}:"
    return f"{group.heading}. {rule}" if group.heading else rule


def criterion_item(
    criterion: Criterion, number: str, *, is_excluding: bool
) -> dict[str, Any]:
    link = identity(criterion, number)
    item: dict[str, Any] = {
        "linkId": link,
        "prefix": number,
        "text": criterion.text,
        "type": "choice",
        "answerOption": [
            {
                "valueCoding": {
                    "system": our_definition("criteria-answers"),
                    "code": CODES[answer],
                    "display": words,
                }
            }
            for answer, words in words_for(is_excluding=is_excluding).items()
        ],
        "item": [
            {
                "linkId": f"{link}-note-{position}",
                "text": f"{label}: {words}",
                "type": "display",
            }
            for position, (label, words) in enumerate(notes_on(criterion), start=1)
        ],
    }
    return {name: value for name, value in item.items() if value}
