"""Blocks that only a treatment page has: kinds of the procedure and risks."""

from django.db import models
from wagtail import blocks

KIND_FEATURES = ["bold", "link", "ul"]


class KindBlock(blocks.StructBlock):
    """One way in which the treatment is done."""

    name = blocks.CharBlock(max_length=120)
    description = blocks.RichTextBlock(features=KIND_FEATURES)

    class Meta:
        icon = "list-ul"
        template = "blocks/kind.html"
        description = "One way in which the treatment is done, under its own heading."
        preview_value = {
            "name": "Keyhole surgery",
            "description": "<p>Done through two small cuts.</p>",
        }


class DoingNothingBlock(blocks.StructBlock):
    """What to expect without the treatment and without another choice."""

    benefits = blocks.TextBlock(help_text="What is good about it, in a few words.")
    risks = blocks.TextBlock(help_text="What may get worse, in a few words.")

    class Meta:
        icon = "time"
        template = "blocks/other_choice.html"
        description = "What doing nothing, or waiting, may bring. Every page needs it."
        preview_value = {
            "benefits": "Many joints get better by themselves.",
            "risks": "The pain may get worse.",
        }


class OtherChoiceBlock(DoingNothingBlock):
    """Something else that the reader could do, weighed like the treatment itself."""

    name = blocks.CharBlock(max_length=120)

    class Meta:
        icon = "list-ul"
        template = "blocks/other_choice.html"
        description = "Another choice with its benefits and its risks."
        form_layout = ["name", "benefits", "risks"]
        preview_value = {
            "name": "Exercises",
            "benefits": "They help many people and last.",
            "risks": "The joint may hurt more at first.",
        }


class RiskDenominator(models.IntegerChoices):
    HUNDRED = 100, "in 100 people"
    THOUSAND = 1_000, "in 1,000 people"
    TEN_THOUSAND = 10_000, "in 10,000 people"


class RiskValue(blocks.StructValue):
    """Gives the template the two names of a risk as one phrase."""

    @property
    def full_name(self) -> str:
        medical = self.get("medical_name")
        return f"{self['name']} ({medical})" if medical else self["name"]


class RiskBlock(blocks.StructBlock):
    """One risk, in plain words, optionally with how often it happens."""

    name = blocks.CharBlock(max_length=120, help_text="The plain word first.")
    medical_name = blocks.CharBlock(max_length=120, required=False)
    explanation = blocks.TextBlock(required=False, help_text="One or two sentences.")
    people_affected = blocks.IntegerBlock(
        required=False,
        min_value=0,
        help_text="Out of the number chosen for this page. Empty if nobody knows.",
    )

    class Meta:
        icon = "warning"
        template = "blocks/risk.html"
        description = "One risk: plain name, medical name, what it means, how often."
        value_class = RiskValue
        preview_value = {
            "name": "bleeding in the joint",
            "medical_name": "haemarthrosis",
            "explanation": "The joint swells and hurts.",
            "people_affected": 1,
        }
