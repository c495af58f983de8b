"""The governed text of a page as canonical data, and its hash.

Canonical means: the same text gives the same bytes. Keys are sorted, the editor's
own block keys are left out, and documents are named by their checksum. Ids inside
the criteria tree stay, because a criterion keeps its identity between versions.

A field that came later is left out while it is empty: a text that does not use it
keeps the hash under which it was approved, so the form stays `SCHEMA` 1.
"""

import json
import re
from typing import TYPE_CHECKING, Any

from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue

if TYPE_CHECKING:
    from pages.models import TreatmentPage
    from policies.models import PolicyPage

SCHEMA = 1
PLAIN_FIELDS = [
    "reference",
    "title",
    "owner_team",
    "predecessors",
    "position",
    "local_label",
    "funding_route",
    "lay_summary",
    "date_that_counts",
    "transitional_rule",
    "review_due",
    "review_rule",
    "status",
    "superseded_by",
    "status_reason",
]
RICH_TEXT_FIELDS = [
    "scope",
    "exclusions",
    "exceptions",
    "limits",
    "rationale",
    "individual_funding",
    "monitoring",
]
TREATMENT_PLAIN_FIELDS = [
    "title",
    "other_names",
    "introduction",
    "body_area",
    "risk_denominator",
    "area_note",
    "search_description",
    "review_interval_months",
]
TREATMENT_STREAM_FIELDS = [
    "what_it_is",
    "why_it_is_done",
    "kinds",
    "what_happens",
    "benefits",
    "risks",
    "risk_notes",
    "alternatives",
    "recovery",
    "getting_help",
    "who_can_have_it",
    "if_not_eligible",
    "questions_to_ask",
]
# Governed fields that came after the first texts were sealed; each begins empty.
FIELDS_ADDED: list[str] = []
BLOCK_KEY = re.compile(r'\s+data-block-key="[^"]*"')


def policy_content(policy: "PolicyPage") -> dict[str, Any]:
    """Everything of a policy that approval covers, as data that JSON can hold."""
    content: dict[str, Any] = {"schema": SCHEMA}
    for name in PLAIN_FIELDS:
        content[name] = getattr(policy, name) or ""
    for name in RICH_TEXT_FIELDS:
        content[name] = without_block_keys(getattr(policy, name) or "")
    content["specialty"] = policy.specialty.name if policy.specialty else ""
    content["review_due_on"] = (
        policy.review_due_on.isoformat() if policy.review_due_on else ""
    )
    content["criteria"] = plain_blocks(policy.criteria, keep_ids=True)
    content["evidence"] = plain_blocks(policy.evidence)
    content["codes"] = plain_blocks(policy.codes)
    content["documents"] = documents_of(policy)
    content["treatments"] = sorted(page.pk for page in policy.treatments.all())
    content["related_policies"] = sorted(
        page.reference for page in policy.related_policies.all()
    )
    content["required_bodies"] = sorted(
        body.name for body in policy.required_bodies.all()
    )
    return as_sealed_before(content)


def treatment_content(treatment: "TreatmentPage") -> dict[str, Any]:
    """Everything of a treatment page that approval covers."""
    content: dict[str, Any] = {"schema": SCHEMA}
    for name in TREATMENT_PLAIN_FIELDS:
        content[name] = getattr(treatment, name) or ""
    for name in TREATMENT_STREAM_FIELDS:
        content[name] = plain_blocks(getattr(treatment, name))
    content["specialty"] = treatment.specialty.name if treatment.specialty else ""
    content["documents"] = documents_of(treatment)
    content.update(treatment.stamp_values())
    content["related_treatments"] = sorted(
        page.pk for page in treatment.related_treatments.all()
    )
    return as_sealed_before(content)


def as_sealed_before(content: dict[str, Any]) -> dict[str, Any]:
    """`content` without the added fields that are empty."""
    return {
        name: value
        for name, value in content.items()
        if value or name not in FIELDS_ADDED
    }


def without_block_keys(html: str) -> str:
    """Rich text without the keys that the editor issues anew at each save.

    An editor that was opened and left empty stores one empty paragraph.
    """
    text = BLOCK_KEY.sub("", html)
    return "" if text == "<p></p>" else text


def plain_blocks(stream: Any, *, keep_ids: bool = False) -> list[dict[str, Any]]:
    """A stream's stored form, rich text cleaned, ids only where they mean something."""
    read_every_block(stream)
    stored = stream.stream_block.get_prep_value(stream) if stream else []
    return [strip(block, keep_ids=keep_ids) for block in json.loads(json_text(stored))]


def read_every_block(value: Any) -> None:
    """Make Wagtail read all blocks; those not read yet would keep their raw form.

    Raw data may lack optional values, and a hash must not depend on who looked first.
    """
    match value:
        case StreamValue():
            for child in value:
                read_every_block(child.value)
        case StructValue():
            for member in value.values():
                read_every_block(member)
        case ListValue():
            for member in value:
                read_every_block(member)


def json_text(stored: Any) -> str:
    from django.core.serializers.json import DjangoJSONEncoder

    return json.dumps(stored, cls=DjangoJSONEncoder)


def strip(node: Any, *, keep_ids: bool) -> Any:
    """`node` without ids (unless kept) and without the editor's block keys."""
    if isinstance(node, dict):
        return {
            key: strip(value, keep_ids=keep_ids)
            for key, value in node.items()
            if keep_ids or key != "id"
        }
    if isinstance(node, list):
        return [strip(item, keep_ids=keep_ids) for item in node]
    if isinstance(node, str):
        return without_block_keys(node)
    return node


def documents_of(page: "PolicyPage | TreatmentPage") -> list[dict[str, Any]]:
    """The documents in their order, each with what identifies and describes it."""
    return [
        {
            "id": row.document.pk,
            "sha256": row.document.sha256,
            "title": row.document.title,
            "kind": row.document.kind,
            "language": row.document.language,
            "page_count": row.document.page_count,
            "format": row.document.format_name,
            "size": row.document.get_file_size(),
            "filename": row.document.filename,
        }
        for row in page.documents.all()
    ]
