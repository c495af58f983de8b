"""The criteria of a policy as editors build them: groups inside groups.

Four levels at most. One kind of group carries its rule as a value, so that the
editor's form grows with the depth and not with every combination of rules.
"""

from django.core.exceptions import ValidationError
from django.db import models
from wagtail import blocks

MAXIMUM_DEPTH = 4


class Rule(models.TextChoices):
    ALL_OF = "all_of", "All of"
    ANY_OF = "any_of", "Any of"
    AT_LEAST = "at_least", "At least this many of"
    NONE_OF = "none_of", "None of"


class CriterionKind(models.TextChoices):
    CONDITION = "condition", "Clinical condition"
    THRESHOLD = "threshold", "Measured threshold"
    EARLIER_CARE = "earlier_care", "Earlier care that did not help"
    LIMIT = "limit", "Limit or repeat rule"
    LATERALITY = "laterality", "Which side"
    ATTACHMENT = "attachment", "Something to attach"
    PRECONDITION = "precondition", "Precondition of every policy"


class Comparison(models.TextChoices):
    AT_LEAST = "at_least", "at least"
    MORE_THAN = "more_than", "more than"
    AT_MOST = "at_most", "at most"
    LESS_THAN = "less_than", "less than"


class QuantityBlock(blocks.StructBlock):
    """A number that the criterion names, as data beside the formal text."""

    measure = blocks.CharBlock(
        max_length=80, help_text="Such as BMI, age, months of physiotherapy."
    )
    comparison = blocks.ChoiceBlock(choices=Comparison.choices)
    number = blocks.DecimalBlock()
    unit = blocks.CharBlock(max_length=40, required=False)

    class Meta:
        icon = "order"
        form_classname = "quantity-block"


class CriterionBlock(blocks.StructBlock):
    """One criterion that is met, not met or not known."""

    kind = blocks.ChoiceBlock(
        choices=CriterionKind.choices, default=CriterionKind.CONDITION
    )
    text = blocks.TextBlock(help_text="The formal text, as clinicians apply it.")
    unless = blocks.TextBlock(
        required=False, help_text="An exception that makes this criterion met."
    )
    quantities = blocks.ListBlock(
        QuantityBlock(), default=[], label="Numbers in this criterion"
    )
    lay_wording = blocks.TextBlock(
        required=False, help_text="The same in everyday words, to the patient as “you”."
    )
    help_for_clinicians = blocks.TextBlock(required=False)
    evidence_needed = blocks.CharBlock(
        max_length=200, required=False, help_text="What the referral must show."
    )

    class Meta:
        icon = "tick"
        template = "blocks/criterion.html"
        description = "One criterion with its formal text."
        preview_value = {
            "kind": "condition",
            "text": "Pain that disturbs sleep on most nights.",
            "quantities": [],
        }


class GroupBlock(blocks.StructBlock):
    """Members joined by a rule."""

    rule = blocks.ChoiceBlock(choices=Rule.choices, default=Rule.ALL_OF)
    minimum = blocks.IntegerBlock(
        required=False,
        min_value=1,
        help_text="How many, for the rule “at least this many of”.",
    )
    heading = blocks.CharBlock(max_length=200, required=False)

    class Meta:
        icon = "list-ul"
        template = "blocks/criteria_group.html"
        description = "Criteria joined by all of, any of, at least n of, or none of."

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        members = cleaned["members"]
        errors: dict[str, ValidationError] = {}
        if not members:
            errors["members"] = ValidationError("A group needs at least one member.")
        if cleaned["rule"] == Rule.AT_LEAST:
            minimum = cleaned["minimum"]
            if not minimum:
                errors["minimum"] = ValidationError("Say how many must be met.")
            elif minimum > len(members):
                errors["minimum"] = ValidationError(
                    f"The group has {len(members)} members; ask for no more than that."
                )
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned


def members_block(depth: int) -> blocks.StreamBlock:
    """The members of a group at `depth`, counted from 1 at the top."""
    members: list[tuple[str, blocks.Block]] = [("criterion", CriterionBlock())]
    if depth < MAXIMUM_DEPTH:
        members.append(("group", group_block(depth + 1)))
    return blocks.StreamBlock(members, required=False)


def group_block(depth: int) -> GroupBlock:
    return GroupBlock(
        [("members", members_block(depth))],
        preview_value={"rule": "all_of", "heading": "For all patients", "members": []},
    )


class CriteriaBlock(blocks.StreamBlock):
    """The criteria of a policy: one group at the top."""

    group = group_block(1)

    class Meta:
        max_num = 1
        description = "The criteria of the policy as a tree."
