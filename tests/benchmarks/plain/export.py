"""Content of a treatment page of the portal: `python -m tests.benchmarks.plain.export`.

Prints JSON for `tests.benchmarks.plain.fill`; the argument is the slug of the page.
"""

import json
import sys
from typing import Any

import django

# The sections in their order on the page. Risks are a table, the rest are blocks.
SECTIONS = {
    "what_it_is": "What it is",
    "why_it_is_done": "Why it is done",
    "kinds": "Kinds of the procedure",
    "what_happens": "What happens",
    "recovery": "Recovery",
    "benefits": "Benefits",
    "risks": "Risks",
    "risk_notes": "",
    "getting_help": "When to get help",
    "alternatives": "Other choices",
    "who_can_have_it": "",
    "if_not_eligible": "If you do not qualify",
    "questions_to_ask": "Questions to ask",
}


def body_of(page: Any) -> list[dict[str, Any]]:
    stream: list[dict[str, Any]] = []
    for name, heading in SECTIONS.items():
        children = [
            {"type": child["type"], "value": child["value"]}
            for child in getattr(page, name).raw_data
        ]
        if name == "risks" and children:
            children = [{"type": "risks", "value": [one["value"] for one in children]}]
        if heading and children:
            stream.append({"type": "heading", "value": heading})
        stream += children
    return stream


def criteria_of(group: Any) -> str:
    members = "".join(
        f"<li>{criteria_of(member) if member.is_group else member.plain_text}</li>"
        for member in group.members
    )
    return f"<p>{group.plain_rule_words}:</p><ul>{members}</ul>"


def policy_of(version: Any) -> dict[str, Any]:
    criteria = version.text.criteria
    return {
        "reference": version.reference,
        "title": version.title,
        "tag": str(version.words.tag),
        "sentence": str(version.words.sentence),
        "lay_summary": version.lay_summary,
        "criteria": criteria_of(criteria) if criteria else "",
        "in_force_since": version.effective_on.isoformat(),
    }


def content_of(slug: str) -> dict[str, Any]:
    from pages.listings import (
        documents_of,
        live_related_treatments,
        updates_of,
        versions_applying_to,
    )
    from pages.models import TreatmentPage

    page = TreatmentPage.objects.get(slug=slug)
    return {
        "title": page.title,
        "introduction": page.introduction,
        "other_names": ", ".join(page.other_name_list),
        "specialty": page.specialty.name if page.specialty else "",
        "area_note": page.area_note,
        "body": body_of(page),
        "policies": [policy_of(version) for version in versions_applying_to(page)],
        "leaflets": [
            {
                "title": row.document.title,
                "kind": row.document.get_kind_display(),
                "language": row.document.language,
            }
            for row in documents_of(page)
        ],
        "related": [row.title for row in live_related_treatments(page)],
        "updates": [
            {
                "published_on": update["published_at"].date().isoformat(),
                "note": update["change_note"],
            }
            for update in updates_of(page)
        ],
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(content_of(sys.argv[1])) + "\n")
