"""What approval and the database do about governed fields, those added later too."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, models
from wagtail.fields import StreamField

from pages.models import TreatmentPage
from policies import content
from policies.differences import differences
from policies.governed import governed_content
from policies.models import ChangeRequest
from policies.plain_text import TREATMENT_LABELS
from portal.evidence import database_rules
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal
from tests.factories.approval import approve_fully, submit
from tests.policies.sql import update

BLOCKS = '[{"type": "text", "value": "<p>Swapped.</p>", "id": "1"}]'
NOTE = "About six weeks."


def governed_columns() -> list[models.Field[Any, Any]]:
    """The columns of a treatment's own table that approval covers."""
    governed = {
        *content.TREATMENT_PLAIN_FIELDS,
        *content.TREATMENT_STREAM_FIELDS,
        "specialty",
    }
    return [
        field
        for field in TreatmentPage._meta.local_concrete_fields
        if field.name in governed
    ]


def other_value(field: models.Field[Any, Any]) -> Any:
    match field:
        case StreamField():
            return BLOCKS
        case models.ForeignKey():
            return None
        case models.IntegerField():
            return 7
    return "Swapped"


def is_refused(page: TreatmentPage, **values: Any) -> bool:
    """Whether the database refuses to write `values` into the treatment's row."""
    try:
        update("pages_treatmentpage", page.pk, "page_ptr_id", **values)
    except IntegrityError:
        return True
    return False


def test_the_database_guards_every_governed_column(treatment_in_force):
    columns = governed_columns()
    taken = [
        field.column
        for field in columns
        if not is_refused(treatment_in_force, **{field.column: other_value(field)})
    ]

    assert len(columns) > 15
    assert taken == []


@pytest.fixture
def two_came_later() -> Iterator[None]:
    """As if `area_note` and `recovery` were newer than the first records."""
    content.FIELDS_ADDED.extend(["area_note", "recovery"])
    yield
    del content.FIELDS_ADDED[-2:]


@pytest.fixture
def older_record(treatment_draft, people, two_came_later) -> TreatmentPage:
    """A treatment that was approved before the two fields existed."""
    database_rules.install()
    revision = treatment_draft.latest_revision
    for name in ("area_note", "recovery"):
        del revision.content[name]
    type(revision).objects.filter(pk=revision.pk).update(content=revision.content)
    TreatmentPage.objects.update(area_note="", recovery="[]")
    approve_fully(submit(treatment_draft, people.author), people)
    return TreatmentPage.objects.get(pk=treatment_draft.pk)


def test_the_row_of_an_older_record_can_be_written(older_record):
    assert not is_refused(older_record, area_note="", recovery="[]")
    older_record.save()


def test_what_came_later_is_guarded_on_an_older_record(older_record):
    assert is_refused(older_record, area_note="Swapped")
    assert is_refused(older_record, recovery=BLOCKS)


@pytest.fixture
def invented_note(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Adds a field to treatments, as the recipe in the documentation says."""

    def add(value: str = "") -> None:
        monkeypatch.setattr(TreatmentPage, "invented_note", value, raising=False)
        fields = content.TREATMENT_PLAIN_FIELDS
        if "invented_note" not in fields:
            fields.append("invented_note")
            content.FIELDS_ADDED.append("invented_note")
        monkeypatch.setitem(TREATMENT_LABELS, "invented_note", "Invented note")

    yield add
    for names in (content.TREATMENT_PLAIN_FIELDS, content.FIELDS_ADDED):
        if "invented_note" in names:
            names.remove("invented_note")


def test_a_new_field_leaves_older_hashes_as_they_are(treatment_in_force, invented_note):
    change = ChangeRequest.objects.get(page=treatment_in_force.pk)
    invented_note()

    assert content_hash(governed_content(treatment_in_force)) == change.content_hash
    TreatmentPage.objects.get(pk=treatment_in_force.pk).save()


def test_a_change_in_review_can_still_be_decided(
    treatment_draft, people, invented_note
):
    change = submit(treatment_draft, people.author)
    invented_note()
    approve_fully(change, people)

    assert TreatmentPage.objects.get(pk=treatment_draft.pk).live


def test_a_new_field_is_sealed_and_shown_in_the_difference(
    treatment_in_force, invented_note
):
    before = ChangeRequest.objects.get(page=treatment_in_force.pk).content
    invented_note(NOTE)
    after = governed_content(treatment_in_force)

    assert content_hash(after) != content_hash(before)
    assert [row.label for row in differences(before, after)] == ["Invented note"]


def test_an_approved_new_field_is_not_emptied_behind_approval(
    treatment_draft, people, invented_note
):
    invented_note(NOTE)
    approve_fully(submit(treatment_draft, people.author), people)
    invented_note("")

    with pytest.raises(Refusal):
        TreatmentPage.objects.get(pk=treatment_draft.pk).save()
