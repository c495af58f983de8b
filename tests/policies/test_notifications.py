"""Who is told what, when it is sent, and what happens to mail that fails."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from wagtail.admin.signal_handlers import register_signal_handlers
from wagtail.models import Page, Workflow, WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected

from pages.models import InformationPage
from policies.decisions import cancel, decide
from policies.emergency import publish_at_once
from policies.models import Verdict
from policies.outbox import (
    LEASE,
    RETRY_AFTER,
    deliver,
    failed_mail_count,
    forget,
    notices,
    requeue,
)
from policies.rescission import rescind
from policies.stages import (
    CLINICAL_REVIEWER,
    COMMISSIONING_APPROVER,
    POLICY_AUTHOR,
)
from portal.refusals import Refusal
from tests.factories.approval import (
    approve_fully,
    decide_as,
    publish_next,
    submit,
    write_draft,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


class DeadMailServer(BaseEmailBackend):
    """A mail server that answers nobody."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("The mail server is down.")


@pytest.fixture
def dead_mail_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.DeadMailServer"


@pytest.fixture
def told(db):
    """Sends what is queued; returns who got a mail with these words in its subject."""

    def recipients(words):
        deliver()
        return {
            address.partition("@")[0]
            for message in mail.outbox
            for address in message.to
            if words in message.subject
        }

    return recipients


def test_reviewers_of_the_stage_that_starts_are_told(change, people, told):
    assert told("please decide") == {"clinician"}

    decide_as(people.clinician, change)

    assert told("please decide") == {"clinician", "approver1", "approver2"}


def test_contributors_are_not_asked_to_decide(policy_draft, people, told):
    writer = UserFactory(username="writer", roles=[POLICY_AUTHOR, CLINICAL_REVIEWER])
    write_draft(policy_draft, writer, lay_summary="Words of somebody who reviews.")

    submit(policy_draft, people.author)

    assert told("please decide") == {"clinician"}


def test_people_whose_decision_does_not_count_are_not_asked(change, people, told):
    people.admin.groups.add(*people.approver1.groups.all())
    UserFactory(username="newcomer", roles=[COMMISSIONING_APPROVER])
    UserFactory(username="gone", roles=[COMMISSIONING_APPROVER], is_active=False)

    decide_as(people.clinician, change)

    assert told("please decide") == {"approver1", "approver2"}


def test_nobody_is_asked_for_a_decision_that_was_taken_meanwhile(change, people, told):
    decide_as(people.clinician, change)

    assert told("please decide") == {"approver1", "approver2"}


@pytest.mark.once
def test_reviewers_get_the_note_and_the_review_screen_but_no_policy_text(change):
    deliver()

    [message] = mail.outbox
    assert reverse("policy_change", args=[change.pk]) in message.body
    assert change.change_note in message.body
    assert change.content["lay_summary"] not in message.body
    assert "Adults with a sample condition" not in message.body
    assert message.content_subtype == "plain"
    assert not isinstance(message, mail.EmailMultiAlternatives)
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.once
def test_words_stay_as_they_were_written(policy_draft, people):
    write_draft(
        policy_draft, people.author, title="Ears & <noses>", change_note="It's “new”."
    )
    submit(policy_draft, people.author)

    deliver()

    [message] = mail.outbox
    assert "Ears & <noses>" in message.subject
    assert "It's “new”." in message.body


def test_a_decision_is_told_to_all_who_wrote_the_text(policy_draft, people, told):
    write_draft(policy_draft, people.author2, lay_summary="Words of a second author.")
    change = submit(policy_draft, people.author)

    decide_as(people.clinician, change, note="Well argued.")

    assert told("a decision on") == {"author", "author2"}
    body = next(m.body for m in mail.outbox if "a decision on" in m.subject)
    assert "Note: Well argued." in body
    assert "Next: Commissioning approval." in body


@pytest.mark.once
def test_a_change_sent_back_says_why(change, people, told):
    decide_as(people.clinician, change, Verdict.REJECT, note="Name the source.")

    assert told("sent back") == {"author"}
    assert told("a decision on") == set()
    body = next(m.body for m in mail.outbox if "sent back" in m.subject)
    assert "Note: Name the source." in body
    assert "Next: the draft can be edited again." in body


@pytest.mark.once
def test_an_approved_change_says_when_it_takes_effect(change, people, told):
    approve_fully(change, people)

    assert told(": approved:") == {"author"}
    body = next(m.body for m in mail.outbox if ": approved:" in m.subject)
    today = timezone.localdate()
    assert f"version 1.0 takes effect on {today:%-d %B %Y}" in body


def test_an_approved_treatment_is_public(treatment_draft, people, told):
    approve_fully(submit(treatment_draft, people.author), people)

    assert told(": approved:") == {"author"}


def test_a_cancelled_review_is_told(change, people, told):
    cancel(change=change, person=people.governance)

    assert told("review cancelled") == {"author"}


def test_an_emergency_is_told_to_judges_and_governance(next_draft, people, told):
    write_draft(next_draft, people.approver2, lay_summary="Stop the sample treatment.")

    publish_at_once(policy=next_draft, person=people.emergency, reason="Recalled.")

    assert told("published in an emergency") == {
        "clinician",
        "approver1",
        "governance",
    }
    assert told(": approved:") >= {"author", "approver2", "emergency"}


def test_a_rescission_is_told_to_the_person_who_submitted(
    policy_in_force, people, told
):
    version = publish_next(
        policy_in_force,
        people,
        change_note="Later.",
        lay_summary="Later words.",
        effective_on=timezone.localdate() + datetime.timedelta(days=30),
    )

    rescind(version=version, person=people.governance, reason="Too early.")
    rescind(version=version, person=people.approver1, reason="Agreed.")

    assert told("taken back") == {"author"}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_queued_when_the_event_is_rolled_back(policy_draft, people):
    def submit_and_fail():
        with transaction.atomic():
            submit(policy_draft, people.author)
            assert notices().exists()
            raise LookupError

    with pytest.raises(LookupError):
        submit_and_fail()

    assert not notices().exists()


@pytest.mark.django_db(transaction=True)
def test_a_refused_decision_tells_nobody(change, people):
    queued = notices().count()

    with pytest.raises(Refusal):
        decide(
            change=change,
            person=people.clinician,
            verdict=Verdict.APPROVE,
            note="",
            seen_hash=change.content_hash,
        )

    assert notices().count() == queued


@pytest.mark.django_db(transaction=True)
def test_no_mail_leaves_with_the_event_itself(change, people):
    approve_fully(change, people)

    assert notices().exists()
    assert mail.outbox == []


@pytest.mark.usefixtures("dead_mail_server")
def test_failed_mail_is_tried_five_more_times_and_then_reported(change, caplog):
    now = timezone.now()
    deliver()

    for wait in RETRY_AFTER:
        assert failed_mail_count() == 0
        with time_machine.travel(now, tick=False):
            assert requeue() == 1
        now += wait
        with time_machine.travel(now, tick=False):
            deliver()

    row = notices().get()
    assert len(RETRY_AFTER) == 5
    assert len(row.worker_ids) == 6
    assert failed_mail_count() == 1
    reports = [line for line in caplog.records if line.name == "policies.outbox"]
    assert [line.levelname for line in reports] == ["ERROR"]
    assert requeue() == 0


def test_mail_is_sent_once_when_the_server_comes_back(change, settings, told):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.DeadMailServer"
    deliver()
    settings.EMAIL_BACKEND = working

    requeue()
    deliver()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + RETRY_AFTER[0]):
        deliver()
        deliver()

    assert len(mail.outbox) == 1
    assert failed_mail_count() == 0


def test_a_notice_whose_worker_died_is_taken_up_again(change):
    notices().get().claim("a-worker-that-died")

    assert requeue() == 0
    with time_machine.travel(timezone.now() + LEASE + RETRY_AFTER[0]):
        assert requeue() == 1
    with time_machine.travel(timezone.now() + LEASE + 3 * RETRY_AFTER[0]):
        deliver()

    assert len(mail.outbox) == 1


def test_a_notice_that_kills_every_worker_is_given_up(change, caplog):
    for number in range(1 + len(RETRY_AFTER)):
        notices().get().claim(f"worker-{number}")

    with time_machine.travel(timezone.now() + 2 * LEASE):
        assert requeue() == 0

    assert notices().get().status == TaskResultStatus.FAILED
    assert failed_mail_count() == 1
    assert "given up" in caplog.text


def test_the_queue_forgets_what_was_sent_long_ago(change):
    deliver()

    assert forget() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert forget() == 1


def test_wagtail_sends_no_mail_of_its_own_about_governed_pages(
    change, people, treatment_draft
):
    treatment_change = submit(treatment_draft, people.author)
    register_signal_handlers()

    approve_fully(change, people)
    approve_fully(treatment_change, people)
    workflow_rejected.send(
        WorkflowState, instance=change.workflow_state, user=people.approver1
    )

    assert mail.outbox == []


def test_wagtail_still_mails_about_ordinary_pages(people, site):
    page = InformationPage(title="About us", slug="about-us-here", owner=people.author)
    Page.objects.get(pk=site.root_page_id).add_child(instance=page)
    state = WorkflowState(
        content_object=page,
        content_type=page.get_content_type(),
        base_content_type=page.get_base_content_type(),
        object_id=str(page.pk),
        workflow=Workflow.objects.create(name="Ordinary"),
        requested_by=people.author,
    )

    workflow_approved.send(WorkflowState, instance=state, user=people.governance)

    assert [message.to for message in mail.outbox] == [[people.author.email]]
