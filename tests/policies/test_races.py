"""Requests at the same moment leave one outcome, and no half of another.

PORTAL_RACE_ROUNDS sets how often each race is run.
"""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, Revision, WorkflowState

from policies import decisions, guards, ledger
from policies.decisions import cancel
from policies.emergency import publish_at_once
from policies.governed import governed_content
from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Decision,
    PolicyPage,
    PolicyVersion,
    Verdict,
)
from policies.stages import COMMISSIONING_APPROVER, Stage
from portal.evidence import database_rules
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal
from tests.factories.approval import approve_up_to, decide_as, submit, write_draft
from tests.factories.forms import editor_form
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import UserFactory
from tests.policies.races import ROUNDS, post, together

pytestmark = pytest.mark.django_db(transaction=True)
# Who comes second with an older text is shown both.
ASKED = 409
ANSWERS = {302, 403, ASKED, 422}


@pytest.fixture(params=range(ROUNDS))
def round_number(request):
    return request.param


@pytest.fixture
def third_approver(people):
    return UserFactory(username="approver3", roles=[COMMISSIONING_APPROVER])


@pytest.fixture
def final_change(third_approver, people, round_number):
    """A change that waits for two approvals at commissioning."""
    policy = PolicyPageFactory(author=people.author)
    change = submit(policy, people.author)
    return approve_up_to(Stage.COMMISSIONING, change, people)


@pytest.fixture
def almost_approved(final_change, people):
    """A change that waits for the very last approval."""
    decide_as(people.approver1, final_change)
    return final_change


def decision(client_of, person, change, decision_form, **values):
    return post(
        client_of(person),
        reverse("policy_change_decide", args=[change.pk]),
        decision_form(change, **values),
    )


def assert_consistent(change):
    """One outcome: approved with one version, or closed or open with none."""
    change.refresh_from_db()
    versions = PolicyVersion.objects.filter(change=change)
    state = WorkflowState.objects.get(pk=change.workflow_state_id)
    assert versions.count() == (change.status == ChangeStatus.APPROVED)
    expected = {
        ChangeStatus.APPROVED: WorkflowState.STATUS_APPROVED,
        ChangeStatus.REJECTED: WorkflowState.STATUS_CANCELLED,
        ChangeStatus.CANCELLED: WorkflowState.STATUS_CANCELLED,
        ChangeStatus.IN_REVIEW: WorkflowState.STATUS_IN_PROGRESS,
    }
    assert state.status == expected[change.status]
    assert list(ledger.verify()) == []
    numbers = PolicyVersion.objects.filter(policy=change.page_id).order_by("number")
    count = len(numbers)
    assert [version.number for version in numbers] == list(range(1, count + 1))


def test_three_final_approvals_make_one_version(
    final_change, people, third_approver, client_of, decision_form
):
    approvers = [people.approver1, people.approver2, third_approver]

    answers = together(
        *(
            decision(client_of, person, final_change, decision_form)
            for person in approvers
        )
    )

    assert sorted(answers) == [302, 302, 403]
    assert final_change.decisions.filter(stage=Stage.COMMISSIONING).count() == 2
    assert_consistent(final_change)
    assert final_change.status == ChangeStatus.APPROVED
    published = PageLogEntry.objects.filter(
        page=final_change.page_id, action="wagtail.publish"
    )
    assert published.count() == 1


def test_approval_and_rejection_never_both_hold(
    almost_approved, people, third_approver, client_of, decision_form
):
    answers = together(
        decision(client_of, people.approver2, almost_approved, decision_form),
        decision(
            client_of, third_approver, almost_approved, decision_form, verdict="reject"
        ),
    )

    assert sorted(answers) == [302, 403]
    assert_consistent(almost_approved)
    verdicts = almost_approved.decisions.values_list("verdict", flat=True)
    is_rejected = Verdict.REJECT in verdicts
    assert is_rejected == (almost_approved.status == ChangeStatus.REJECTED)


def test_a_double_click_is_one_decision(final_change, people, client_of, decision_form):
    answers = together(
        *[decision(client_of, people.approver1, final_change, decision_form)] * 3
    )

    assert sorted(answers) == [302, 403, 403]
    assert (
        Decision.objects.filter(change=final_change, person=people.approver1).count()
        == 1
    )
    assert_consistent(final_change)


def test_submission_and_edit_leave_the_latest_text_sealed(
    people, client_of, round_number
):
    policy = PolicyPageFactory(author=people.author)
    url = reverse("wagtailadmin_pages:edit", args=[policy.pk])

    answers = together(
        post(client_of(people.author), url, editor_form(policy, "action-submit")),
        post(client_of(people.author2), url, editor_form(policy, title="Edited")),
        post(client_of(people.author2), url, editor_form(policy, title="Again")),
    )

    assert set(answers) <= ANSWERS | {200}
    if answers[0] == ASKED:
        post(client_of(people.author), url, editor_form(policy, "action-submit"))()
    change = ChangeRequest.objects.get(page=policy)
    latest = Page.objects.get(pk=policy.pk).latest_revision
    writers = Revision.objects.for_instance(policy).values_list("user", flat=True)
    assert change.revision == latest
    assert content_hash(governed_content(latest.as_object())) == change.content_hash
    assert set(writers) <= set(change.contributors.values_list("pk", flat=True))
    assert_consistent(change)


def test_two_submissions_are_one_change(people, client_of, round_number):
    policy = PolicyPageFactory(author=people.author)
    url = reverse("wagtailadmin_pages:edit", args=[policy.pk])

    answers = together(
        *(
            post(client_of(person), url, editor_form(policy, "action-submit"))
            for person in (people.author, people.author2, people.author)
        )
    )

    assert set(answers) <= ANSWERS | {200}
    change = ChangeRequest.objects.get(page=policy)
    assert WorkflowState.objects.filter(object_id=str(policy.pk)).count() == 1
    assert_consistent(change)


def test_two_submissions_in_code_are_one_change(people, round_number):
    policy = PolicyPageFactory(author=people.author)

    def start(person):
        def act():
            with transaction.atomic():
                submit(policy, person)

        return act

    together(start(people.author), start(people.author2))

    assert_consistent(ChangeRequest.objects.get(page=policy))


def test_the_last_approval_and_a_cancellation_leave_one_outcome(
    almost_approved, people, client_of, decision_form
):
    answers = together(
        decision(client_of, people.approver2, almost_approved, decision_form),
        post(
            client_of(people.author),
            reverse("policy_change_cancel", args=[almost_approved.pk]),
            {},
        ),
    )

    assert set(answers) <= ANSWERS
    assert_consistent(almost_approved)
    assert not almost_approved.is_open


def test_the_last_approval_and_wagtails_own_cancellation_leave_one_outcome(
    almost_approved, people, client_of, decision_form
):
    def cancel_in_wagtail():
        with transaction.atomic():
            state = WorkflowState.objects.get(pk=almost_approved.workflow_state_id)
            state.cancel(user=people.author)

    answers = together(
        decision(client_of, people.approver2, almost_approved, decision_form),
        cancel_in_wagtail,
    )

    assert answers[0] in ANSWERS
    assert answers[1] is None or isinstance(answers[1], (Refusal, PermissionDenied))
    assert_consistent(almost_approved)


def test_the_last_approval_and_an_emergency_leave_numbers_without_gaps(
    almost_approved, people, client_of, decision_form
):
    policy = PolicyPage.objects.get(pk=almost_approved.page_id)

    answers = together(
        decision(client_of, people.approver2, almost_approved, decision_form),
        lambda: publish_at_once(
            policy=policy, person=people.emergency, reason="A recall."
        ),
    )

    assert answers[0] in ANSWERS
    assert_consistent(almost_approved)
    (in_force,) = PolicyVersion.objects.in_force().filter(policy=policy)
    if isinstance(answers[1], Refusal):
        # The approval came first, and the emergency would have said the same again.
        assert in_force.change == almost_approved
    else:
        assert in_force == answers[1]


def test_policies_published_at_the_same_moment_stay_in_one_chain(
    people, client_of, decision_form, round_number
):
    changes = []
    for _number in range(3):
        change = submit(PolicyPageFactory(author=people.author), people.author)
        approve_up_to(Stage.COMMISSIONING, change, people)
        decide_as(people.approver1, change)
        changes.append(change)

    answers = together(
        *(
            decision(client_of, people.approver2, change, decision_form)
            for change in changes
        )
    )

    assert answers == [302, 302, 302]
    for change in changes:
        assert_consistent(change)


def test_a_draft_saved_during_an_approval_does_not_reach_the_version(
    almost_approved, people, client_of, decision_form
):
    policy = PolicyPage.objects.get(pk=almost_approved.page_id)

    together(
        decision(client_of, people.approver2, almost_approved, decision_form),
        lambda: write_draft(policy, people.author2, lay_summary="Smuggled in."),
    )

    assert_consistent(almost_approved)
    for version in PolicyVersion.objects.filter(change=almost_approved):
        assert version.lay_summary != "Smuggled in."


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite lets one transaction write at a time, with or without our locks.",
)
def test_without_locks_and_rules_three_final_approvals_go_wrong(people, monkeypatch):
    """The control: what the first race checks is not true by itself."""
    third = UserFactory(username="approver3", roles=[COMMISSIONING_APPROVER])
    change = submit(PolicyPageFactory(author=people.author), people.author)
    approve_up_to(Stage.COMMISSIONING, change, people)
    everybody_has_voted = threading.Barrier(3)
    count_votes = decisions.is_quorate

    def count_when_all_have_voted(change, stage):
        everybody_has_voted.wait(20)
        return count_votes(change, stage)

    database_rules.remove()
    monkeypatch.setattr(
        decisions, "lock", lambda change: ChangeRequest.objects.get(pk=change.pk)
    )
    monkeypatch.setattr(guards, "queue_for", lambda page_id: None)
    monkeypatch.setattr(decisions, "is_quorate", count_when_all_have_voted)

    together(
        *(
            lambda person=person: decide_as(person, change)
            for person in (people.approver1, people.approver2, third)
        )
    )

    votes = Decision.objects.filter(change=change, stage=Stage.COMMISSIONING)
    assert votes.count() == 3
    assert not PolicyVersion.objects.filter(change=change).exists()


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite lets one transaction write at a time, with or without our locks.",
)
def test_with_locks_nobody_votes_while_another_vote_is_counted(people, monkeypatch):
    """The same meeting point as in the control is never reached by all three."""
    third = UserFactory(username="approver3", roles=[COMMISSIONING_APPROVER])
    change = submit(PolicyPageFactory(author=people.author), people.author)
    approve_up_to(Stage.COMMISSIONING, change, people)
    everybody_has_voted = threading.Barrier(3)
    count_votes = decisions.is_quorate
    meetings = []

    def count_when_all_have_voted(change, stage):
        try:
            meetings.append(everybody_has_voted.wait(0.5))
        except threading.BrokenBarrierError:
            everybody_has_voted.reset()
        return count_votes(change, stage)

    monkeypatch.setattr(decisions, "is_quorate", count_when_all_have_voted)

    results = together(
        *(
            lambda person=person: decide_as(person, change)
            for person in (people.approver1, people.approver2, third)
        )
    )

    assert meetings == []
    assert sum(isinstance(result, Refusal) for result in results) == 1
    assert_consistent(ChangeRequest.objects.get(pk=change.pk))


def test_cancelling_twice_is_refused_once(final_change, people):
    def end():
        cancel(change=final_change, person=people.author)

    results = together(end, end)

    assert [type(result) for result in results].count(Refusal) == 1
    assert_consistent(final_change)
