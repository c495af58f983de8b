"""A field that approval covers is known in every place that has to know it.

The recipe for a new field is in `docs/README.md`; each test here is one of its steps.
"""

from typing import Any

import pytest
from wagtail.models import Page

from pages.models import TreatmentPage
from policies import content
from policies.governed import governed_content
from policies.models import PolicyPage
from policies.plain_text import POLICY_LABELS, TREATMENT_LABELS
from portal.api.representations import SECTIONS
from portal.api.schemas import SCHEMAS
from portal.importers.policies import VERSION_FIELDS
from portal.importers.treatments import TREATMENT_FIELDS
from tests.factories import forms

pytestmark = [pytest.mark.once, pytest.mark.django_db]

EVERY_TYPE = pytest.mark.parametrize("model", [PolicyPage, TreatmentPage])
# Parts of the sealed text that are no field of the page.
NO_FIELDS = {"schema", "documents"}
# Said in the difference by another field's words, or never different.
SHOWN_WITH_ANOTHER = {"schema", "reference", "review_due_on", "review_rule"}
# What programs read under another name.
NAMES_IN_API = {
    "introduction": "summary",
    "risk_denominator": "risks",
    "owner_team": "owner",
    "required_bodies": "ratifying_bodies",
    "review_due_on": "review_due",
    "review_rule": "review_due",
}
NOT_IN_API = {
    "schema",
    "search_description",  # for search engines
    "review_interval_months",  # for staff; readers get the date
    "related_treatments",  # navigation between pages
    "documents",  # of a treatment: leaflets, on its page
}
# The parts of the canonical form that the first sealed texts have. Never extended.
FIRST_FORM: dict[type[Page], set[str]] = {
    PolicyPage: {
        *("schema", "reference", "title", "owner_team", "predecessors", "position"),
        *("local_label", "funding_route", "lay_summary", "date_that_counts"),
        *("transitional_rule", "review_due", "review_rule", "status"),
        *("superseded_by", "status_reason", "scope", "exclusions", "exceptions"),
        *("limits", "rationale", "individual_funding", "monitoring", "specialty"),
        *("review_due_on", "criteria", "evidence", "codes", "documents"),
        *("treatments", "related_policies", "required_bodies"),
    },
    TreatmentPage: {
        *("schema", "title", "other_names", "introduction", "body_area"),
        *("risk_denominator", "area_note", "search_description"),
        *("review_interval_months", "what_it_is", "why_it_is_done", "kinds"),
        *("what_happens", "benefits", "risks", "risk_notes", "alternatives"),
        *("recovery", "getting_help", "who_can_have_it", "if_not_eligible"),
        *("questions_to_ask", "specialty", "documents", "related_treatments"),
    },
}


def governed_names(model: type[Page]) -> set[str]:
    """Every name that the sealed text of such a page can have."""
    lists = {
        PolicyPage: content.PLAIN_FIELDS + content.RICH_TEXT_FIELDS,
        TreatmentPage: content.TREATMENT_PLAIN_FIELDS + content.TREATMENT_STREAM_FIELDS,
    }
    return {*governed_content(model()), *lists[model]}


def unknown_to(known: Any, model: type[Page], exceptions: set[str]) -> set[str]:
    return governed_names(model) - set(known) - exceptions


@EVERY_TYPE
def test_the_difference_shows_every_governed_field(model: type[Page]) -> None:
    labels = POLICY_LABELS if model is PolicyPage else TREATMENT_LABELS

    assert not unknown_to(labels, model, SHOWN_WITH_ANOTHER)


@EVERY_TYPE
def test_the_editor_offers_every_governed_field(model: type[Page]) -> None:
    form = model.get_edit_handler().get_form_class()

    assert not unknown_to(form.base_fields, model, NO_FIELDS)


@EVERY_TYPE
def test_importers_read_every_governed_field(model: type[Page]) -> None:
    read = [*VERSION_FIELDS, "reference"] if model is PolicyPage else TREATMENT_FIELDS

    assert not unknown_to(read, model, NO_FIELDS)


@EVERY_TYPE
def test_the_form_of_the_tests_posts_every_governed_field(model: type[Page]) -> None:
    posted = {
        PolicyPage: [*forms.POLICY_TEXTS, *forms.POLICY_RICH_TEXTS],
        TreatmentPage: [*forms.TREATMENT_TEXTS, *content.TREATMENT_STREAM_FIELDS],
    }
    made_apart = {"specialty", "criteria", "codes", "evidence"}
    chosen_from_lists = {
        *("treatments", "related_policies", "required_bodies", "related_treatments")
    }

    assert not unknown_to(
        posted[model], model, NO_FIELDS | made_apart | chosen_from_lists
    )


@EVERY_TYPE
def test_the_interface_for_programs_sends_every_governed_field(
    model: type[Page],
) -> None:
    name = "VersionText" if model is PolicyPage else "TreatmentInFull"
    in_sections = SECTIONS if model is PolicyPage else content.TREATMENT_STREAM_FIELDS
    sent = {
        *SCHEMAS[name]["properties"],
        *SCHEMAS["Version"]["properties"],
        *in_sections,
    }
    missing = {
        name
        for name in governed_names(model) - NOT_IN_API
        if NAMES_IN_API.get(name, name) not in sent
    }

    assert not missing


@EVERY_TYPE
def test_an_empty_field_that_came_later_is_no_part_of_the_sealed_text(
    model: type[Page],
) -> None:
    assert set(governed_content(model())) == FIRST_FORM[model], (
        "a new field belongs in FIELDS_ADDED, or older texts lose their hash"
    )


def begins_empty(model: type[Page], name: str) -> bool:
    """Whether a page that never heard of the field has nothing in it."""
    value = model._meta.get_field(name).get_default()
    return not value and value is not False


@EVERY_TYPE
def test_a_field_that_came_later_begins_empty(model: type[Page]) -> None:
    own = {field.name for field in model._meta.local_fields}
    filled = [
        name
        for name in content.FIELDS_ADDED
        if name in own and not begins_empty(model, name)
    ]

    assert not begins_empty(TreatmentPage, "risk_denominator")
    assert filled == []
