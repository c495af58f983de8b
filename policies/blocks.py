"""Blocks of the policy page besides its criteria: codes and evidence."""

from django.db import models
from wagtail import blocks


class CodeSystem(models.TextChoices):
    OPCS4 = "OPCS-4", "OPCS-4"
    ICD10 = "ICD-10", "ICD-10"
    SNOMED = "SNOMED CT", "SNOMED CT"


class CodeBlock(blocks.StructBlock):
    """One clinical code that the policy includes or excludes."""

    system = blocks.ChoiceBlock(choices=CodeSystem.choices)
    edition = blocks.CharBlock(
        max_length=40, required=False, help_text="Such as 4.10 or 5th edition."
    )
    code = blocks.CharBlock(max_length=40)
    meaning = blocks.CharBlock(max_length=250, required=False)
    is_included = blocks.BooleanBlock(
        required=False, default=True, label="Included in the policy"
    )
    note = blocks.CharBlock(max_length=250, required=False)

    class Meta:
        icon = "code"
        description = "A clinical code that the policy includes or excludes."
        template = "blocks/code.html"
        preview_value = {
            "system": "OPCS-4",
            "edition": "4.10",
            "code": "W90.3",
            "meaning": "Injection of therapeutic substance into joint",
            "is_included": True,
        }


class EvidenceBlock(blocks.StructBlock):
    """One source that the policy rests on."""

    citation = blocks.TextBlock()
    url = blocks.URLBlock(required=False, label="Address")
    last_checked_on = blocks.DateBlock(required=False)

    class Meta:
        icon = "doc-full"
        description = "A source that the policy rests on."
        template = "blocks/evidence.html"
        preview_value = {
            "citation": "Osteoarthritis in over 16s: diagnosis and management.",
            "last_checked_on": "2026-01-31",
        }


class CodesBlock(blocks.StreamBlock):
    code = CodeBlock()


class EvidenceListBlock(blocks.StreamBlock):
    evidence = EvidenceBlock()
