"""Who decides: nobody on own text, nobody twice, nobody who took the role alone."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext

from policies.decisions import decide
from policies.models import ChangeRequest, Decision, PolicyVersion, Verdict
from policies.stages import (
    CLINICAL_REVIEWER,
    COMMISSIONING_APPROVER,
    POLICY_AUTHOR,
)
from portal.accounts.models import RoleGrant
from portal.refusals import Refusal
from tests.factories.approval import decide_as, submit, write_draft
from tests.factories.forms import editor_form
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import UserFactory, give_oneself

ALL_ROLES = [POLICY_AUTHOR, CLINICAL_REVIEWER, COMMISSIONING_APPROVER]


@pytest.fixture
def all_rounder(people):
    """Somebody whom another person gave the roles of author, reviewer and approver."""
    return UserFactory(username="rounder", roles=ALL_ROLES)


def refusal_of(person, change):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        decide_as(person, change)
    assert not change.decisions.filter(person=person).exists()
    return str(refused.value)


def refusal_of_second(person, change):
    before = change.decisions.count()
    with pytest.raises(Refusal) as refused, transaction.atomic():
        decide_as(person, change)
    assert change.decisions.count() == before
    return str(refused.value)


def test_the_submitter_cannot_decide(policy_draft, all_rounder):
    change = submit(policy_draft, all_rounder)

    assert "You contributed" in refusal_of(all_rounder, change)


def test_the_editor_of_a_draft_in_between_cannot_decide(
    policy_draft, author, all_rounder
):
    write_draft(policy_draft, all_rounder, lay_summary="In between.")
    policy_draft.refresh_from_db()
    policy_draft.get_latest_revision_as_object().save_revision(
        user=all_rounder, overwrite_revision=policy_draft.get_latest_revision()
    )
    write_draft(policy_draft, author, lay_summary="In the end.")

    change = submit(policy_draft, author)

    assert "You contributed" in refusal_of(all_rounder, change)


def test_the_author_of_restored_text_cannot_decide(
    policy_in_force, author, author2, all_rounder, client_of
):
    draft = write_draft(
        policy_in_force,
        all_rounder,
        lay_summary="Text of somebody who later decides.",
        change_note="Once more.",
    )
    old = policy_in_force.get_latest_revision()
    write_draft(policy_in_force, author, lay_summary="Overwritten.")
    response = client_of(author2).post(
        reverse(
            "wagtailadmin_pages:revisions_revert", args=[policy_in_force.pk, old.pk]
        ),
        editor_form(draft),
    )
    assert response.status_code == 302
    restored = policy_in_force.get_latest_revision()
    assert restored.as_object().lay_summary == draft.lay_summary

    change = submit(policy_in_force, author2)

    assert set(change.contributors.all()) == {author, author2, all_rounder}
    assert "You contributed" in refusal_of(all_rounder, change)


def test_restored_text_of_an_approved_version_brings_its_authors_back(
    policy_in_force, next_change, approve_all, author2, all_rounder
):
    approve_all(next_change)
    page = type(policy_in_force).objects.get(pk=policy_in_force.pk)
    first = page.revisions.order_by("pk").first()
    draft = first.as_object()
    draft.change_type = "wording"
    draft.change_note = "The first text again."
    draft.save_revision(user=author2, previous_revision=first)

    change = submit(page, author2)

    assert set(change.contributors.values_list("username", flat=True)) == {
        "author",
        "author2",
    }


def test_nobody_decides_at_two_stages(all_rounder, policy_draft, author):
    change = submit(policy_draft, author)
    decide_as(all_rounder, change)

    assert "already decided" in refusal_of_second(all_rounder, change)


def test_the_same_person_twice_is_no_quorum(change_at_commissioning, approver1):
    decide_as(approver1, change_at_commissioning)

    assert "already decided" in refusal_of_second(approver1, change_at_commissioning)
    assert not PolicyVersion.objects.exists()


def test_the_database_counts_a_person_once(change_at_commissioning, approver1):
    decide_as(approver1, change_at_commissioning)
    decision = Decision.objects.get(person=approver1)
    decision.pk, decision._state.adding = None, True

    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save()


def test_a_superuser_in_every_group_cannot_decide(change, superuser):
    superuser.groups.set(Group.objects.filter(name__in=ALL_ROLES))

    assert "never decide" in refusal_of(superuser, change)


def test_somebody_whose_account_is_switched_off_cannot_decide(change, clinician):
    clinician.is_active = False
    clinician.save()

    assert "switched off" in refusal_of(clinician, change)


def test_somebody_who_lost_the_role_cannot_decide(change, clinician):
    stale = type(clinician).objects.get(pk=clinician.pk)
    assert stale.has_role(CLINICAL_REVIEWER)
    clinician.groups.clear()

    assert CLINICAL_REVIEWER in refusal_of(stale, change)
    latest = RoleGrant.objects.filter(user=clinician).first()
    assert not latest.is_granted


def test_a_role_that_one_gave_oneself_does_not_count(policy_draft, author):
    """Refused by the guards; and if it stood in the tables, of no use."""
    person = UserFactory(username="reviewer")
    give_oneself(person, CLINICAL_REVIEWER)

    change = submit(policy_draft, author)

    assert "another person must have given it" in refusal_of(person, change)


def test_a_role_added_from_the_side_of_the_group_is_recorded(people):
    person = UserFactory(username="reviewer")
    Group.objects.get(name=CLINICAL_REVIEWER).user_set.add(person)

    assert person.role_grants.get().role == CLINICAL_REVIEWER
    with LogContext(user=person), pytest.raises(Refusal), transaction.atomic():
        Group.objects.get(name=POLICY_AUTHOR).user_set.add(person)


def test_a_role_given_after_submission_does_not_count(change):
    late = UserFactory(username="late", roles=[CLINICAL_REVIEWER])

    assert "before this change was submitted" in refusal_of(late, change)


def test_a_renamed_group_gives_nobody_a_role(policy_draft, people):
    Group.objects.filter(name=CLINICAL_REVIEWER).update(name="Former reviewers")
    Group.objects.filter(name=POLICY_AUTHOR).update(name=CLINICAL_REVIEWER)
    people.author.groups.add(Group.objects.create(name=POLICY_AUTHOR))
    change = submit(policy_draft, people.author)

    assert "must have given it" in refusal_of(people.author2, change)


@pytest.mark.parametrize("note", ["", "   ", "\n"])
def test_a_decision_needs_a_note(change, clinician, note):
    with pytest.raises(Refusal, match="Write a note"):
        decide_as(clinician, change, note=note)

    assert not Decision.objects.exists()


def test_a_decision_on_another_text_is_refused(change, clinician):
    with pytest.raises(Refusal, match="text you saw"):
        decide(
            change=change,
            person=clinician,
            verdict=Verdict.APPROVE,
            note="Checked.",
            seen_hash="0" * 64,
        )

    assert not Decision.objects.exists()


def test_the_review_screen_takes_the_hash_that_was_shown(
    change, clinician, client_of, decision_form
):
    url = reverse("policy_change_decide", args=[change.pk])

    stale = client_of(clinician).post(url, decision_form(change, seen_hash="1" * 64))
    fresh = client_of(clinician).post(url, decision_form(change))

    assert (stale.status_code, fresh.status_code) == (403, 302)
    assert change.decisions.count() == 1


@pytest.mark.parametrize("action", ["approve", "reject", "unknown"])
@pytest.mark.parametrize("person", ["clinician", "superuser", "publisher"])
def test_the_stock_action_of_a_workflow_decides_nothing(
    change, client_of, request, person, action
):
    person = request.getfixturevalue(person)
    task_state = change.workflow_state.current_task_state
    url = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[change.page_id, action, task_state.pk],
    )

    client_of(person).post(url, {"comment": "Fine.", "update": "false"})

    change.refresh_from_db()
    task_state.refresh_from_db()
    assert change.is_open
    assert task_state.status == "in_progress"
    assert not change.decisions.exists()


def test_a_task_state_takes_no_action_in_code(change, clinician):
    task_state = change.workflow_state.current_task_state.specific

    with pytest.raises(Refusal, match="review screen"):
        task_state.task.specific.on_action(
            task_state, clinician, "approve", comment="", update=False, extra=1
        )


def test_the_task_state_of_another_page_has_no_effect(
    change, author, superuser, client_of
):
    other = submit(PolicyPageFactory(author=author), author)
    theirs = other.workflow_state.current_task_state
    url = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[change.page_id, "approve", theirs.pk],
    )

    client_of(superuser).post(url, {"comment": "Fine."})

    assert not Decision.objects.exists()
    assert ChangeRequest.objects.filter(status="in_review").count() == 2


def test_an_older_stage_takes_no_second_decision(change_at_commissioning, people):
    other = UserFactory(username="reviewer2", roles=[CLINICAL_REVIEWER])

    assert COMMISSIONING_APPROVER in refusal_of(other, change_at_commissioning)


def test_an_unknown_verdict_is_refused(change, clinician, client_of, decision_form):
    url = reverse("policy_change_decide", args=[change.pk])

    response = client_of(clinician).post(url, decision_form(change, verdict="maybe"))

    assert response.status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize("values", [{"note": ""}, {"note": "   "}, {"verdict": "x"}])
def test_the_database_takes_no_incomplete_decision(change, clinician, values):
    complete = {
        "change": change,
        "stage": "clinical",
        "verdict": "approve",
        "person": clinician,
        "person_name": "Somebody",
        "role": CLINICAL_REVIEWER,
        "note": "Fine.",
        "content_hash": change.content_hash,
        "decided_at": timezone.now(),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(**{**complete, **values})
