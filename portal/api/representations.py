"""Policies, versions and treatments as JSON objects.

A version that says the policy has ended carries no text: its criteria apply to nobody.
"""

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from policies.history import (
    live_treatments_of,
    period_of,
    related_in_force,
    state_today,
)
from policies.models import PolicyVersion
from policies.plain_text import POLICY_LABELS
from policies.positions import Position, patient_words
from policies.text import PolicyText
from portal.api.criteria import group_data
from portal.templatetags.portal import public_address

SECTIONS = (
    "scope",
    "exclusions",
    "exceptions",
    "limits",
    "individual_funding",
    "rationale",
    "monitoring",
)


def moment(value: datetime.datetime | None) -> str | None:
    """A moment by the clocks of London, with its distance from UTC."""
    return timezone.localtime(value).isoformat() if value else None


def api_address(name: str, *args: Any) -> str:
    return public_address(reverse(f"api:{name}", args=args))


def version_summary(version: PolicyVersion) -> dict[str, Any]:
    """What a list says of a version, which carries its `effective_to`."""
    period = period_of(version)
    reference = version.reference.lower()
    return {
        "reference": version.reference,
        "title": version.title,
        "number": version.number,
        "version": version.label,
        "status": version.status,
        "state": state_today(version),
        "is_current": period.end is None,
        "applies": version.applies and period.end is None,
        "in_force_from": moment(period.start),
        "in_force_until": moment(period.end),
        "position": position_data(version.position) if version.applies else None,
        "lay_summary": version.lay_summary if version.applies else None,
        "kind": version.kind,
        "change_type": version.change_type,
        "change_note": version.change_note,
        "correction_notice": version.correction_notice,
        "wrong_since": version.wrong_since,
        "sha256": version.content_hash,
        "address": public_address(version.get_absolute_url()),
        "policy_address": public_address(version.policy_url),
        "data": api_address("policy_version", reference, version.number),
        "policy_data": api_address("policy", reference),
    }


def version_data(version: PolicyVersion) -> dict[str, Any]:
    """Everything readers may know of a version, its text only while it has one."""
    content = version.content
    return {
        **version_summary(version),
        "status_reason": content["status_reason"],
        "superseded_by": content["superseded_by"],
        "text": text_data(version) if version.applies else None,
    }


def text_data(version: PolicyVersion) -> dict[str, Any]:
    text: PolicyText = version.text
    content = text.content
    return {
        "specialty": text.specialty_name,
        "owner": text.owner,
        "predecessors": text.predecessors,
        "local_label": text.local_label,
        "funding_route": {
            "code": content["funding_route"],
            "label": text.funding_route_label,
        },
        "date_that_counts": {
            "code": content["date_that_counts"],
            "label": text.date_that_counts_label,
        },
        "transitional_rule": text.transitional_rule,
        "review_due": text.review_words,
        "sections": [
            {"name": name, "label": POLICY_LABELS[name], "html": text.html(name)}
            for name in SECTIONS
            if content.get(name)
        ],
        "criteria": group_data(text.criteria) if text.criteria else None,
        "codes": codes_data(text),
        "evidence": evidence_data(text),
        "documents": documents_data(text),
        "treatments": treatments_data(text),
        "related_policies": [row.reference for row in related_in_force(version)],
        "ratifying_bodies": text.bodies,
    }


def position_data(position: str) -> dict[str, Any]:
    words = patient_words(position)
    return {
        "code": position,
        "label": Position(position).label,
        "patient_label": words.tag,
        "patient_sentence": words.sentence,
    }


def codes_data(text: PolicyText) -> list[dict[str, Any]]:
    return [
        {
            "system": code["system"],
            "edition": code["edition"] or "",
            "code": code["code"],
            "meaning": code["meaning"] or "",
            "is_included": code["is_included"],
            "note": code["note"] or "",
        }
        for code in text.codes
    ]


def evidence_data(text: PolicyText) -> list[dict[str, Any]]:
    return [
        {
            "citation": source["citation"],
            "address": source["url"] or "",
            "last_checked_on": source["last_checked_on"],
        }
        for source in text.evidence
    ]


def documents_data(text: PolicyText) -> list[dict[str, Any]]:
    return [
        {
            "title": document["title"],
            "kind": document["kind"],
            "language": document["language"],
            "format": document["format"],
            "pages": document["page_count"],
            "size": document["size"],
            "sha256": document["sha256"],
            "address": public_address(document["url"]),
        }
        for document in text.documents
    ]


def treatments_data(text: PolicyText) -> list[dict[str, Any]]:
    """Those that the text covers and that readers can open."""
    treatments = live_treatments_of(text.treatment_ids).order_by("slug")
    return [
        {"title": page.title, "data": api_address("treatment", page.slug)}
        for page in treatments
    ]
