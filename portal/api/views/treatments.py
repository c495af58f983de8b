"""Treatments as patients read them, with the policies that count for them."""

import re
from typing import Any

from django.http import HttpRequest
from wagtail.blocks import StreamValue

from pages.listings import public_treatments, with_funding
from pages.models import TreatmentPage
from policies.content import TREATMENT_STREAM_FIELDS
from policies.models import PolicyVersion
from policies.plain_text import TREATMENT_LABELS
from portal.api.answers import Data, public_data
from portal.api.paging import next_address, part_of
from portal.api.parameters import AFTER_SLUG, LIMIT, SLUG, SPECIALTY
from portal.api.problems import Problem
from portal.api.representations import api_address, position_data
from portal.templatetags.portal import public_address


@public_data(SPECIALTY, AFTER_SLUG, LIMIT, schema="Treatments")
def treatment_list(
    request: HttpRequest, *, specialty: str | None, after: str | None, limit: int
) -> Data:
    """Treatments, each with the policies in force that cover it."""
    treatments = with_funding(public_treatments()).select_related("specialty")
    if specialty:
        treatments = treatments.filter(specialty__slug=specialty)
    if after:
        treatments = treatments.filter(slug__gt=after)
    rows, has_more = part_of(treatments.order_by("slug"), limit)
    return {
        "items": [treatment_summary(request, page) for page in rows],
        "next": next_address(request, "after", rows[-1].slug) if has_more else None,
    }


@public_data(schema="TreatmentInFull")
def treatment(request: HttpRequest, slug: str) -> Data:
    """One treatment, with the words of its sections."""
    treatments = with_funding(public_treatments()).select_related("specialty")
    page = None
    if re.fullmatch(SLUG, slug):
        page = treatments.filter(slug=slug).first()
    if page is None:
        raise Problem(404, "No treatment is at this address.")
    return {
        **treatment_summary(request, page),
        "sections": [
            {"name": name, "label": TREATMENT_LABELS[name], "text": words}
            for name in TREATMENT_STREAM_FIELDS
            if name != "risks" and (words := words_of(getattr(page, name)))
        ],
        "risks": risks_data(page),
    }


def treatment_summary(request: HttpRequest, page: TreatmentPage) -> Data:
    return {
        "slug": page.slug,
        "title": page.title,
        "other_names": page.other_name_list,
        "summary": page.introduction,
        "specialty": page.specialty.name if page.specialty else None,
        "body_area": page.body_area,
        "area_note": page.area_note,
        "last_reviewed_on": page.last_reviewed_on,
        "review_due_on": page.review_due_on,
        "policies": [policy_link(version) for version in page.versions_in_force],
        "address": public_address(page.get_url(request) or "/"),
        "data": api_address("treatment", page.slug),
    }


def policy_link(version: PolicyVersion) -> dict[str, Any]:
    return {
        "reference": version.reference,
        "title": version.title,
        "position": position_data(version.position),
        "lay_summary": version.lay_summary,
        "data": api_address("policy", version.reference.lower()),
    }


def words_of(stream: StreamValue) -> str:
    """What a section says, without its layout, links and pictures."""
    texts = stream.stream_block.get_searchable_content(stream)
    return "\n".join(str(text).strip() for text in texts if str(text).strip())


def risks_data(page: TreatmentPage) -> list[dict[str, Any]]:
    return [
        {
            "name": risk.value["name"],
            "medical_name": risk.value["medical_name"] or "",
            "explanation": risk.value["explanation"] or "",
            "people_affected": risk.value["people_affected"],
            "out_of": page.risk_denominator,
        }
        for risk in page.risks
    ]
