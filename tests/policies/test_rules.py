"""What a submission needs, how its stages follow each other, and how it ends."""

import datetime
from contextlib import nullcontext

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import format_html
from wagtail.models import WorkflowState

from policies.decisions import cancel, current_stage
from policies.models import ChangeRequest, ChangeStatus, PolicyVersion, Verdict
from policies.stages import ChangeClass, Stage
from policies.submission import class_of_change, latest_standing, seal
from portal.refusals import Refusal
from tests.factories.approval import decide_as, publish_next, submit, write_draft
from tests.factories.forms import editor_form
from tests.factories.pages import SAMPLE_NOTICE, PolicyPageFactory


def press_submit(client, page, **values):
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(url, editor_form(page, "action-submit", **values))


def test_the_editor_submits_a_complete_draft(policy_draft, author, client_of):
    response = press_submit(client_of(author), policy_draft)

    change = ChangeRequest.objects.get(page=policy_draft)
    assert response.status_code == 302
    assert change.status == ChangeStatus.IN_REVIEW
    assert change.submitted_by == author


def test_submitting_without_a_note_is_a_form_error(policy_draft, author, client_of):
    response = press_submit(client_of(author), policy_draft, change_note="")

    assert response.status_code == 422
    assert "change_note" in response.context["form"].errors
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("note", ["", "  \n "])
def test_a_blank_note_is_refused_in_code(policy_draft, author, note):
    write_draft(policy_draft, author, change_note=note)

    with pytest.raises(Refusal, match="public change note"), transaction.atomic():
        submit(policy_draft, author)

    assert not ChangeRequest.objects.exists()


def test_the_note_of_the_latest_version_is_not_used_again(policy_in_force, author):
    write_draft(policy_in_force, author, lay_summary="Another summary.")

    with pytest.raises(Refusal, match="still that of the latest version"):
        submit(policy_in_force, author)


def test_a_policy_is_new_once(policy_in_force, author):
    write_draft(policy_in_force, author, change_type="new", lay_summary="Another.")

    with pytest.raises(Refusal, match="has a version already"):
        submit(policy_in_force, author)


def test_the_first_version_changes_nothing_older(policy_draft, author):
    write_draft(policy_draft, author, change_type="tightened")

    with pytest.raises(Refusal, match="has the type “New policy”"):
        submit(policy_draft, author)


def test_unchanged_text_is_not_submitted(policy_in_force, author):
    write_draft(policy_in_force, author, change_note="Nothing, really.")

    with pytest.raises(Refusal, match="Nothing has changed"):
        submit(policy_in_force, author)


@pytest.mark.parametrize(
    "name", ["clinician", "approver1", "emergency", "governance", "access", "admin"]
)
def test_only_authors_submit(policy_draft, people, name):
    with pytest.raises(Refusal, match="role Policy author"):
        submit(policy_draft, getattr(people, name))


@pytest.mark.parametrize("role", ["superuser", "publisher"])
def test_the_editor_submits_for_no_other_role(policy_draft, client_of, request, role):
    person = request.getfixturevalue(role)

    press_submit(client_of(person), policy_draft)

    assert not ChangeRequest.objects.exists()
    assert not WorkflowState.objects.exists()


def test_a_draft_saved_by_nobody_known_is_not_submitted(policy_draft, author):
    policy_draft.get_latest_revision_as_object().save_revision()

    with pytest.raises(Refusal, match="nobody known"):
        submit(policy_draft, author)


def test_a_publishing_schedule_is_refused(policy_draft, author):
    from django.utils import timezone

    write_draft(policy_draft, author, go_live_at=timezone.now())

    with pytest.raises(Refusal, match="publishing schedule"):
        submit(policy_draft, author)


def test_commissioning_cannot_decide_before_clinical_review(change, approver1):
    with pytest.raises(Refusal, match="Clinical reviewer"):
        decide_as(approver1, change)

    assert not change.decisions.exists()


def test_a_major_change_needs_one_clinician_and_two_approvers(
    change, clinician, approver1, approver2
):
    decide_as(clinician, change)
    assert current_stage(change) == Stage.COMMISSIONING
    decide_as(approver1, change)
    assert change.status == ChangeStatus.IN_REVIEW
    assert not PolicyVersion.objects.exists()

    decide_as(approver2, change)

    assert change.status == ChangeStatus.APPROVED
    assert PolicyVersion.objects.get().change == change


def test_a_minor_change_needs_one_clinician_and_one_approver(
    policy_in_force, author, clinician, approver1
):
    write_draft(
        policy_in_force,
        author,
        title="A clearer title",
        change_class=ChangeClass.MINOR,
        change_note="A clearer title.",
    )
    change = submit(policy_in_force, author)
    assert change.change_class == ChangeClass.MINOR

    decide_as(clinician, change)
    decide_as(approver1, change)

    assert change.status == ChangeStatus.APPROVED
    assert latest_standing(policy_in_force).label == "1.1"


@pytest.mark.parametrize(
    "values",
    [
        {"scope": "<p>Adults with a sample condition for at least 6 months.</p>"},
        {"position": "not_routine"},
        {"funding_route": "individual"},
        {"status": "withdrawn", "status_reason": "No longer offered."},
        {"codes": [("code", {"system": "OPCS-4", "code": "W90.3"})]},
    ],
    ids=lambda values: next(iter(values)),
)
def test_what_decides_care_is_never_minor(policy_in_force, author, values):
    write_draft(
        policy_in_force,
        author,
        change_class=ChangeClass.MINOR,
        change_note="Said to be minor.",
        **values,
    )

    assert submit(policy_in_force, author).change_class == ChangeClass.MAJOR


TEXTS = [
    ("Children are not treated.", "Children are treated."),
    ("You can have it.", "You can have it unless you smoke."),
    ("From the age of twelve years.", "From the age of sixteen years."),
    ("For twelve weeks.", "For twelve months."),
    ("For 6 weeks.", "For 6 months."),
    ("At most 5 mg/kg.", "At most 5 mg/ml."),
    ("BMI < 35.", "BMI > 35."),
    ("BMI < 35 for adults and > 20.", "BMI < 40 for adults and > 20."),
    ("Pain and swelling.", "Pain or swelling."),
    ("You should lose weight.", "You must lose weight."),
    ("Adults.", "Only adults."),
    ("We pay.", "We don’t pay."),
]


@pytest.mark.parametrize("field", ["lay_summary", "individual_funding"])
@pytest.mark.parametrize(("before", "after"), TEXTS)
def test_a_small_word_that_turns_a_text_is_never_minor(
    policy_in_force, version_in_force, before, after, field
):
    content = version_in_force.content
    stored = format_html if field == "individual_funding" else str.format
    frame = "<p>{}</p>" if field == "individual_funding" else "{}"
    version_in_force.content = {**content, field: stored(frame, before)}

    turned = {**content, field: stored(frame, after)}
    clearer = {**content, field: stored(frame, f"We say: {before}")}

    assert class_of_change("minor", turned, version_in_force) == ChangeClass.MAJOR
    assert class_of_change("minor", clearer, version_in_force) == ChangeClass.MINOR


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ("Sample treatments are paid for. {}", "Wording only"),
        ("Sample treatments are not paid for. {}", "Text changed"),
    ],
)
def test_only_a_minor_change_is_called_wording_only(
    policy_in_force, people, client, summary, words
):
    summary = summary.format(SAMPLE_NOTICE)
    version = publish_next(
        policy_in_force,
        people,
        lay_summary=summary,
        change_class=ChangeClass.MINOR,
        change_note="Said to be minor.",
    )

    history = client.get("/policies/sp-100/history/").content.decode()

    assert version.get_change_type_display() == words
    assert version.change.get_change_type_display() == words
    assert words.lower() in history
    assert ("wording only" in history) == (words == "Wording only")


@pytest.mark.parametrize("decided", [0, 1, 2])
def test_sending_back_closes_the_change(change, people, decided):
    for name in ["clinician", "approver1"][:decided]:
        decide_as(getattr(people, name), change)
    last = [people.clinician, people.approver1, people.approver2][decided]

    decide_as(last, change, Verdict.REJECT)

    assert change.status == ChangeStatus.REJECTED
    assert change.workflow_state.status == WorkflowState.STATUS_CANCELLED
    assert not PolicyVersion.objects.exists()


def test_a_new_submission_starts_at_clinical_review_without_approvals(
    change_at_commissioning, policy_draft, author, approver1
):
    decide_as(approver1, change_at_commissioning, Verdict.REJECT)

    again = submit(policy_draft, author)

    assert again.pk != change_at_commissioning.pk
    assert current_stage(again) == Stage.CLINICAL
    assert not again.decisions.exists()


def test_cancelling_voids_the_approvals(
    change_at_commissioning, policy_draft, author, approver1
):
    cancel(change=change_at_commissioning, person=author)

    change_at_commissioning.refresh_from_db()
    assert change_at_commissioning.status == ChangeStatus.CANCELLED
    with pytest.raises(Refusal, match="closed"):
        decide_as(approver1, change_at_commissioning)
    assert not submit(policy_draft, author).decisions.exists()


def test_cancelling_in_the_editor_voids_the_approvals(
    change_at_commissioning, policy_draft, author, client_of
):
    client_of(author).post(
        reverse("wagtailadmin_pages:edit", args=[policy_draft.pk]),
        editor_form(policy_draft, "action-cancel-workflow"),
    )

    change_at_commissioning.refresh_from_db()
    assert change_at_commissioning.status != ChangeStatus.APPROVED
    assert not PolicyVersion.objects.exists()


def test_strangers_do_not_cancel(change, people):
    with pytest.raises(Refusal, match="governance lead"):
        cancel(change=change, person=people.author2)

    change.refresh_from_db()
    assert change.is_open


def test_a_page_has_one_open_change(change, policy_draft, author):
    with pytest.raises(IntegrityError), transaction.atomic():
        seal(
            draft=policy_draft.get_latest_revision_as_object(),
            revision=policy_draft.get_latest_revision(),
            submitted_by=author,
            workflow_state=None,
            kind=change.kind,
            note="A second one.",
        )

    assert ChangeRequest.objects.get() == change


def test_versions_are_numbered_without_gaps(policy_in_force, people):
    for number in (2, 3):
        publish_next(
            policy_in_force,
            people,
            lay_summary=f"Summary {number}.",
            change_note=f"Change {number}.",
        )

    versions = PolicyVersion.objects.order_by("number")
    assert [version.number for version in versions] == [1, 2, 3]


def test_a_body_that_must_ratify_holds_the_version_back(
    policy_draft, people, approve_all
):
    from policies.decisions import ratify
    from tests.factories.pages import RatifyingBodyFactory

    body = RatifyingBodyFactory()
    write_draft(policy_draft, people.author, required_bodies=[body])
    change = approve_all(submit(policy_draft, people.author))
    assert change.status == ChangeStatus.IN_REVIEW

    ratify(
        change=change,
        person=people.approver1,
        body=body,
        ratified_on=change.submitted_at.date(),
        minute_reference="2026/11/4",
    )

    change.refresh_from_db()
    assert change.status == ChangeStatus.APPROVED


@pytest.mark.parametrize("days", [-1, 0])
def test_no_body_ratified_before_the_nhs_began(policy_draft, people, days):
    from policies.decisions import EARLIEST_RATIFICATION, ratify
    from tests.factories.pages import RatifyingBodyFactory

    body = RatifyingBodyFactory()
    write_draft(policy_draft, people.author, required_bodies=[body])
    change = submit(policy_draft, people.author)

    with nullcontext() if days == 0 else pytest.raises(Refusal, match="5 July 1948"):
        ratify(
            change=change,
            person=people.approver1,
            body=body,
            ratified_on=EARLIEST_RATIFICATION + datetime.timedelta(days=days),
            minute_reference="1948/1",
        )


def test_the_reference_of_another_policy_cannot_be_taken(policy_draft, author):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        PolicyPageFactory(reference=policy_draft.reference, author=author)
