"""What a browser posts from Wagtail's editor, and from the page with both texts."""

from typing import Any

from bs4 import BeautifulSoup
from wagtail.models import Page
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from pages.models import TreatmentPage
from policies.content import TREATMENT_STREAM_FIELDS
from policies.models import PolicyPage

POLICY_TEXTS = [
    "title",
    "reference",
    "owner_team",
    "predecessors",
    "position",
    "local_label",
    "funding_route",
    "lay_summary",
    "date_that_counts",
    "transitional_rule",
    "review_due",
    "review_due_on",
    "review_rule",
    "change_type",
    "change_class",
    "change_note",
    "internal_note",
    "correction_notice",
    "wrong_since",
    "effective_on",
    "status",
    "superseded_by",
    "status_reason",
]
POLICY_RICH_TEXTS = [
    "scope",
    "exclusions",
    "exceptions",
    "limits",
    "rationale",
    "individual_funding",
    "monitoring",
]
TREATMENT_TEXTS = [
    "title",
    "slug",
    "seo_title",
    "search_description",
    "other_names",
    "introduction",
    "body_area",
    "risk_denominator",
    "area_note",
    "change_note",
    "review_interval_months",
]
# What tests neither choose nor send along.
LEFT_OUT = {"file", "csrfmiddlewaretoken", "is_decorative"}


def editor_form(page: Page, *buttons: str, **values: Any) -> dict[str, Any]:
    """The editor's fields with the latest draft, some typed over, buttons pressed."""
    draft = page.get_latest_revision_as_object()
    fields = fields_of_treatment if isinstance(draft, TreatmentPage) else fields_of
    data = nested_form_data({**fields(draft, values), "documents": inline_formset([])})
    return {**data, **text_made_from(page), **dict.fromkeys(buttons, "1")}


def text_made_from(page: Page) -> dict[str, Any]:
    """What the editor posts about the revision that it shows."""
    latest = Page.objects.get(pk=page.pk).latest_revision
    if latest is None:
        return {}
    return {
        "loaded_revision_id": latest.pk,
        "loaded_revision_created_at": latest.created_at.isoformat(),
    }


def texts(draft: Page, names: list[str], values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: "" if value is None else value
        for name in names
        for value in [values.get(name, getattr(draft, name))]
    }


def fields_of(draft: PolicyPage, values: dict[str, Any]) -> dict[str, Any]:
    return {
        **texts(draft, POLICY_TEXTS, values),
        **{
            name: rich_text(values.get(name, getattr(draft, name)))
            for name in POLICY_RICH_TEXTS
        },
        "specialty": draft.specialty_id or "",
        "criteria": streamfield([]),
        "codes": streamfield([]),
        "evidence": streamfield([]),
    }


def fields_of_treatment(draft: TreatmentPage, values: dict[str, Any]) -> dict[str, Any]:
    blocks: dict[str, Any] = dict.fromkeys(TREATMENT_STREAM_FIELDS, streamfield([]))
    for name in ("what_it_is", "why_it_is_done", "alternatives"):
        text = getattr(draft, name)[0].value.source
        blocks[name] = streamfield([("text", rich_text(text))])
    blocks["risks"] = streamfield(
        [
            (
                "risk",
                {
                    "name": draft.risks[0].value["name"],
                    "medical_name": "",
                    "explanation": "",
                    "people_affected": draft.risks[0].value["people_affected"],
                },
            )
        ]
    )
    return {
        **texts(draft, TREATMENT_TEXTS, values),
        "specialty": draft.specialty_id or "",
        **blocks,
    }


def posted_next(answer: Any, **more: Any) -> dict[str, Any]:
    """What the browser posts from the page with both texts."""
    form = BeautifulSoup(answer.content, "html.parser").select_one(".edits__choice")
    assert form is not None, "The answer is not the page with both texts."
    found: dict[str, list[str]] = {}
    for control in form.select("textarea, input[type=hidden]"):
        value = control.get("value", control.get_text().removeprefix("\n"))
        found.setdefault(str(control["name"]), []).append(str(value))
    button = form.select_one("button")
    return single(found) | {"saved_over": button["value"]} | more  # type: ignore[index]


def single(found: dict[str, list[str]]) -> dict[str, Any]:
    """Lists of one value as that value."""
    return {name: v[0] if len(v) == 1 else v for name, v in found.items()}


def filled(page: BeautifulSoup, **values: str) -> dict[str, Any]:
    """What the browser posts from the open form, with some values typed over."""
    typed_over = ",".join(f"[name={name}]" for name in values)
    form = next(form for form in page.select("form") if form.select(typed_over))
    found: dict[str, list[str]] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, value = str(control["name"]), value_of(control)
        if value is not None and name not in LEFT_OUT:
            found.setdefault(name, []).append(value)
    return single(found) | values


def value_of(control: Any) -> str | None:
    """None for a box that is not ticked, which a browser does not post."""
    if control.get("type") in {"checkbox", "radio"}:
        return control.get("value", "on") if control.has_attr("checked") else None
    if control.name == "textarea":
        return control.get_text().strip()
    chosen = (
        control.select_one("option[selected]") if control.name == "select" else None
    )
    return chosen["value"] if chosen else control.get("value", "")
