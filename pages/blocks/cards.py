"""Blocks that frame a passage: care cards, callouts, inset text, details."""

from django.core.exceptions import ValidationError
from django.db import models
from wagtail import blocks

SHORT_TEXT_FEATURES = ["bold", "link", "ul"]


class Urgency(models.TextChoices):
    NON_URGENT = "non-urgent", "Non-urgent: see a GP"
    URGENT = "urgent", "Urgent: call 111"
    EMERGENCY = "emergency", "Emergency: call 999"


URGENCY_WORDS = {
    Urgency.NON_URGENT: "Non-urgent advice:",
    Urgency.URGENT: "Urgent advice:",
    Urgency.EMERGENCY: "Immediate action required:",
}


class CareCardValue(blocks.StructValue):
    """Gives the template the words that say the urgency without colour."""

    @property
    def urgency_words(self) -> str:
        return URGENCY_WORDS[Urgency(self["urgency"])]


class CareCardBlock(blocks.StructBlock):
    """Tells patients how urgently to seek help."""

    urgency = blocks.ChoiceBlock(choices=Urgency.choices, default=Urgency.NON_URGENT)
    heading = blocks.CharBlock(
        max_length=120, help_text="In English it ends in “if:”, such as “Call 111 if:”."
    )
    body = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "warning"
        template = "blocks/care_card.html"
        description = "A coloured card that says when to see a GP, call 111 or 999."
        value_class = CareCardValue
        preview_value = {
            "urgency": "urgent",
            "heading": "Call 111 if:",
            "body": "<ul><li>the pain gets worse after two days</li></ul>",
        }

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not cleaned["heading"].endswith(":"):
            raise heading_error("End the heading in a colon, such as “Call 111 if:”.")
        return cleaned


def heading_error(message: str) -> blocks.StructBlockValidationError:
    return blocks.StructBlockValidationError(
        block_errors={"heading": ValidationError(message)}
    )


def check_english_headings(stream: blocks.StreamValue) -> None:
    """Raise for care cards whose heading does not end in “if:”.

    A rule of the NHS design system for English; only a page knows its language.
    """
    message = "End the heading in “if:”, such as “Call 111 if:”."
    kinds = stream.stream_block.child_blocks
    # As stored: to read the blocks would fill in what an older text leaves out.
    errors = {
        at: heading_error(message)
        for at, child in enumerate(stream.raw_data)
        if isinstance(kinds.get(child["type"]), CareCardBlock)
        and not child["value"]["heading"].endswith(" if:")
    }
    if errors:
        raise blocks.StreamBlockValidationError(block_errors=errors)


class WarningCalloutBlock(blocks.StructBlock):
    """Something readers must not miss."""

    heading = blocks.CharBlock(max_length=80, default="Important")
    body = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "warning"
        template = "blocks/warning_callout.html"
        description = "A yellow box for something readers must not miss."
        preview_value = {
            "heading": "Important",
            "body": "<p>Do not drive for 24 hours after a sedative.</p>",
        }


class InsetTextBlock(blocks.StructBlock):
    """A passage set apart from the text around it."""

    body = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "openquote"
        template = "blocks/inset_text.html"
        description = "A short passage set apart by a bar at its side."
        preview_value = {"body": "<p>Your GP can explain your choices.</p>"}


class DetailsBlock(blocks.StructBlock):
    """More information for those who want it."""

    summary = blocks.CharBlock(max_length=100)
    body = blocks.RichTextBlock(features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "arrow-down-big"
        template = "blocks/details.html"
        description = "A line that opens to show more. Not for anything essential."
        preview_value = {
            "summary": "What local anaesthetic is",
            "body": "<p>A medicine that numbs one part of the body.</p>",
        }
