"""Promises about the code itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import get_resolver
from wagtail.blocks import Block, StreamBlock, StructBlock
from wagtail.models import Page, get_page_models

from pages.blocks import streams
from pages.models import TreatmentPage
from policies import content
from policies.blocks import CodesBlock, EvidenceListBlock
from policies.criteria.blocks import CriteriaBlock
from policies.models import PolicyPage
from portal.accounts.roles_document import roles_markdown

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
STREAMS = [
    streams.SectionBlock,
    streams.ChoicesBlock,
    streams.KindsBlock,
    streams.RisksBlock,
    streams.GettingHelpBlock,
    streams.InformationBodyBlock,
    CodesBlock,
    EvidenceListBlock,
    CriteriaBlock,
]
# What the governed text of a page leaves out, and why that is right.
NOT_GOVERNED = {
    "page_ptr",  # the tree
    "change_type",  # sealed beside the text, in columns of the change
    "change_class",
    "change_note",
    "internal_note",
    "correction_notice",
    "wrong_since",
    "effective_on",
    "is_announced",
    "together_with",
    "is_full_review",
    "last_reviewed_on",  # set by approval itself
    "review_due_on",
}


def blocks_of(block: Block) -> list[Block]:
    found = [block]
    for child in getattr(block, "child_blocks", {}).values():
        found += blocks_of(child)
    return found


def named_blocks() -> list[Block]:
    """Every block that an editor picks from a list."""
    return [
        child
        for stream in STREAMS
        for block in blocks_of(stream())
        if isinstance(block, StreamBlock)
        for child in block.child_blocks.values()
    ]


@pytest.mark.django_db
def test_no_migration_is_pending() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_imports_go_one_way() -> None:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout


def test_every_block_says_what_it_is_for() -> None:
    silent = {block.name for block in named_blocks() if not block.meta.description}

    assert not silent


@pytest.mark.django_db
def test_every_block_renders_its_preview() -> None:
    previews = {
        block.name: block.render(block.normalize(block.get_preview_value()))
        for block in named_blocks()
        if isinstance(block, StructBlock)
    }

    assert [name for name, html in previews.items() if not str(html).strip()] == []


def test_every_url_name_is_unique() -> None:
    names = [
        pattern.name
        for pattern in get_resolver().url_patterns
        if getattr(pattern, "name", None)
    ]

    assert len(names) == len(set(names))


def test_roles_page_is_the_table_of_roles() -> None:
    assert (ROOT / "docs" / "roles.md").read_text() == roles_markdown()


@pytest.mark.django_db
@pytest.mark.parametrize("model", [PolicyPage, TreatmentPage])
def test_every_field_is_governed_or_left_out_on_purpose(model: type[Page]) -> None:
    covered = {
        *content.PLAIN_FIELDS,
        *content.RICH_TEXT_FIELDS,
        *content.TREATMENT_PLAIN_FIELDS,
        *content.TREATMENT_STREAM_FIELDS,
        "specialty",
        "treatments",
        "related_policies",
        "related_treatments",
        "required_bodies",
        "criteria",
        "evidence",
        "codes",
        "review_due_on",
        *TreatmentPage(source_revision=1).stamp_values(),
    }
    fields = {
        field.name
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
    }

    assert fields - covered <= NOT_GOVERNED


def test_page_types_have_templates_of_their_name() -> None:
    own = [
        model
        for model in get_page_models()
        if model.__module__.startswith(("pages", "policies"))
    ]
    missing = [
        model.__name__
        for model in own
        if model is not PolicyPage
        and not (ROOT / "templates" / model.template).exists()
    ]

    assert own
    assert not missing
