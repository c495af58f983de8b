"""Each governed field as lines of words, the way a person would read it out."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from pages.models import TreatmentPage
from policies.content import RICH_TEXT_FIELDS
from policies.criteria.outline import outline
from policies.status import PolicyStatus
from policies.text import PolicyText

BLOCK_END = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>")
# Tags that the editor writes. In plain fields of blocks a “<” is a sign: “BMI < 35”.
TAG = re.compile(
    r"</?(?:p|h\d|ul|ol|li|b|i|strong|em|a|br|hr|sub|sup|span|embed)\b[^<>]*>"
)
# Parts of a block that steer its look and say nothing to a reader.
SILENT_KEYS = {"type", "id"}

POLICY_LABELS = {
    "title": "Title",
    "status": "Status",
    "status_reason": "Reason for the status",
    "superseded_by": "Superseded by",
    "owner_team": "Owner",
    "specialty": "Specialty",
    "predecessors": "Predecessors",
    "position": "Commissioning position",
    "local_label": "Local label",
    "funding_route": "Funding route",
    "lay_summary": "Plain summary",
    "scope": "Scope and population",
    "criteria": "Criteria",
    "exclusions": "Exclusions",
    "exceptions": "Exceptions",
    "limits": "Limits and repeat rules",
    "individual_funding": "Individual funding requests",
    "rationale": "Rationale and statement of reasons",
    "monitoring": "Monitoring",
    "codes": "Codes",
    "evidence": "Evidence",
    "documents": "Documents",
    "treatments": "Treatments covered",
    "related_policies": "Related policies",
    "required_bodies": "Ratifying bodies",
    "date_that_counts": "Date that counts",
    "transitional_rule": "Transitional rule",
    "review_due": "Next review",
}
TREATMENT_LABELS = {
    "title": "Title",
    "other_names": "Other names",
    "introduction": "Summary",
    "specialty": "Specialty",
    "body_area": "Body area",
    "what_it_is": "What it is",
    "why_it_is_done": "Why it is done",
    "kinds": "Kinds of the procedure",
    "what_happens": "What happens",
    "benefits": "Benefits",
    "risk_denominator": "Risks are counted in",
    "risks": "Risks",
    "risk_notes": "Notes on risks",
    "alternatives": "Alternatives",
    "recovery": "Recovery",
    "getting_help": "When to get help",
    "who_can_have_it": "Can I have it here?",
    "if_not_eligible": "What if I do not qualify?",
    "questions_to_ask": "Questions to ask",
    "documents": "Leaflets and documents",
    "related_treatments": "Related treatments",
    "area_note": "Area note",
    "search_description": "Description for search engines",
    "review_interval_months": "Months until the next review",
}


def labels_of(content: dict[str, Any]) -> dict[str, str]:
    """The fields of a policy or of a treatment, in reading order."""
    return POLICY_LABELS if "reference" in content else TREATMENT_LABELS


def plain_text(content: dict[str, Any], name: str) -> str:
    """One field of canonical content as lines of words."""
    if name in READERS and "reference" in content:
        return READERS[name](PolicyText(content))
    if name in {"treatments", "related_treatments"}:
        return lines(treatment_titles(content.get(name, [])))
    if name == "documents":
        return lines(
            f"{document['title']} ({document['sha256'][:12]})"
            for document in content.get(name, [])
        )
    value = content.get(name, "")
    if isinstance(value, list):
        return lines(words_of_blocks(value))
    return text_of_html(value) if name in RICH_TEXT_FIELDS else full_lines(str(value))


def lines(texts: Any) -> str:
    return "\n".join(texts)


def words_of_blocks(node: Any) -> list[str]:
    """Every text inside stored blocks, in reading order."""
    if isinstance(node, dict):
        return [
            text
            for key, value in node.items()
            if key not in SILENT_KEYS
            for text in words_of_blocks(value)
        ]
    if isinstance(node, list):
        return [text for item in node for text in words_of_blocks(item)]
    if node is None or isinstance(node, bool) or node == "":
        return []
    return [text_of_html(str(node))]


def treatment_titles(keys: list[int]) -> list[str]:
    titles = dict(TreatmentPage.objects.filter(pk__in=keys).values_list("pk", "title"))
    return [titles.get(key, f"Treatment {key}") for key in keys]


def text_of_html(html: str) -> str:
    return full_lines(unescape(TAG.sub("", BLOCK_END.sub("\n", html))))


def full_lines(text: str) -> str:
    """Without lines that hold nothing, and without space around the others."""
    return lines(line.strip() for line in text.splitlines() if line.strip())


def position(text: PolicyText) -> str:
    return text.position_label if text.content.get("position") else ""


def funding_route(text: PolicyText) -> str:
    return text.funding_route_label if text.content.get("funding_route") else ""


def status(text: PolicyText) -> str:
    return PolicyStatus(text.content.get("status") or PolicyStatus.IN_FORCE).label


def codes(text: PolicyText) -> str:
    return lines(
        f"{code['system']} {code['code']} {code['meaning']} "
        f"({'included' if code['is_included'] else 'excluded'}) {code['note']}".strip()
        for code in text.codes
    )


def evidence(text: PolicyText) -> str:
    return lines(
        f"{source['citation']} {source['url'] or ''}".strip()
        for source in text.evidence
    )


READERS: dict[str, Callable[[PolicyText], str]] = {
    "position": position,
    "funding_route": funding_route,
    "status": status,
    "codes": codes,
    "evidence": evidence,
    "criteria": lambda text: lines(outline(text.criteria)),
    "date_that_counts": lambda text: text.date_that_counts_label,
    "review_due": lambda text: text.review_words,
    "related_policies": lambda text: lines(text.related_references),
    "required_bodies": lambda text: lines(text.bodies),
}
