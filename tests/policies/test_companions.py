"""A policy and the treatment page that quotes it change at the same moment."""

import datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pages.models import TreatmentPage
from policies.models import ChangeRequest, PolicyPage, PolicyVersion, Verdict
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.factories.approval import (
    approve_fully,
    decide_as,
    submit,
    write_draft,
)
from tests.factories.pages import TreatmentPageFactory

OLD = "The old words of the treatment."
NEW = "The new words of the treatment."


@pytest.fixture
def treatment(people: SimpleNamespace) -> TreatmentPage:
    """A live treatment page."""
    draft = TreatmentPageFactory(introduction=OLD, author=people.author)
    approve_fully(submit(draft, people.author), people)
    return TreatmentPage.objects.get(pk=draft.pk)


def submit_policy(
    policy: PolicyPage, people: SimpleNamespace, **values: object
) -> ChangeRequest:
    write_draft(
        policy,
        people.author,
        change_type="wording",
        change_note="New words.",
        lay_summary="New words of the policy.",
        **values,
    )
    return submit(policy, people.author)


def submit_treatment(
    treatment: TreatmentPage, policy: PolicyPage, people: SimpleNamespace
) -> ChangeRequest:
    write_draft(
        treatment,
        people.author,
        introduction=NEW,
        change_note="Follows the policy.",
        together_with=policy.reference,
    )
    return submit(treatment, people.author)


def words_on(client: Client, treatment: TreatmentPage) -> str:
    html = client.get(treatment.url).content.decode()
    return NEW if NEW in html else OLD


def test_policy_waits_for_its_companion_and_both_change_at_once(
    client: Client,
    policy_in_force: PolicyPage,
    treatment: TreatmentPage,
    people: SimpleNamespace,
) -> None:
    change = submit_policy(policy_in_force, people)
    companion = submit_treatment(treatment, policy_in_force, people)

    approve_fully(change, people)

    assert change.status == "in_review"
    assert policy_in_force.versions.count() == 1

    decide_as(people.clinician, companion)

    assert policy_in_force.versions.count() == 2
    assert words_on(client, treatment) == NEW


def test_approved_companion_waits_for_its_policy(
    client: Client,
    policy_in_force: PolicyPage,
    treatment: TreatmentPage,
    people: SimpleNamespace,
) -> None:
    change = submit_policy(policy_in_force, people)
    companion = submit_treatment(treatment, policy_in_force, people)

    decide_as(people.clinician, companion)

    assert companion.status == "approved"
    assert words_on(client, treatment) == OLD
    assert "Follows the policy." not in client.get(treatment.url).content.decode()

    approve_fully(change, people)

    assert words_on(client, treatment) == NEW


def test_companion_of_a_scheduled_version_changes_on_its_day(
    client: Client,
    policy_in_force: PolicyPage,
    treatment: TreatmentPage,
    people: SimpleNamespace,
) -> None:
    in_a_week = timezone.localdate() + datetime.timedelta(days=7)
    change = submit_policy(policy_in_force, people, effective_on=in_a_week)
    approve_fully(change, people)
    companion = submit_treatment(treatment, policy_in_force, people)
    decide_as(people.clinician, companion)

    call_command("policy_tick")

    assert words_on(client, treatment) == OLD

    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        call_command("policy_tick")

        assert words_on(client, treatment) == NEW


def test_companion_sent_back_lets_its_policy_go_on(
    client: Client,
    policy_in_force: PolicyPage,
    treatment: TreatmentPage,
    people: SimpleNamespace,
) -> None:
    change = submit_policy(policy_in_force, people)
    companion = submit_treatment(treatment, policy_in_force, people)
    approve_fully(change, people)

    decide_as(people.clinician, companion, verdict=Verdict.REJECT)

    assert PolicyVersion.objects.filter(change=change).exists()
    assert words_on(client, treatment) == OLD


def test_companion_of_a_policy_sent_back_can_be_submitted_again(
    client: Client,
    policy_in_force: PolicyPage,
    treatment: TreatmentPage,
    people: SimpleNamespace,
) -> None:
    change = submit_policy(policy_in_force, people)
    companion = submit_treatment(treatment, policy_in_force, people)
    decide_as(people.clinician, companion)
    decide_as(people.clinician, change, verdict=Verdict.REJECT)

    write_draft(
        treatment,
        people.author,
        introduction=NEW,
        change_note="On its own.",
        together_with="",
    )
    decide_as(people.clinician, submit(treatment, people.author))

    assert words_on(client, treatment) == NEW


def test_waiting_page_is_not_changed_again(
    policy_in_force: PolicyPage, treatment: TreatmentPage, people: SimpleNamespace
) -> None:
    submit_policy(policy_in_force, people)
    decide_as(people.clinician, submit_treatment(treatment, policy_in_force, people))
    write_draft(treatment, people.author, change_note="Once more.", together_with="")

    with pytest.raises(Refusal, match="waits for its policy"):
        submit(treatment, people.author)


def test_policy_without_a_change_cannot_be_joined(
    policy_in_force: PolicyPage, treatment: TreatmentPage, people: SimpleNamespace
) -> None:
    with pytest.raises(Refusal, match="no change in review"):
        submit_treatment(treatment, policy_in_force, people)


def review_of(change: ChangeRequest, reader: User, client: Client) -> str:
    client.force_login(reader)
    page = client.get(reverse("policy_change", args=[change.pk])).content.decode()
    return " ".join(page.split())


def test_review_of_a_treatment_shows_what_differs_from_its_approved_text(
    client: Client, treatment: TreatmentPage, people: SimpleNamespace
) -> None:
    first = ChangeRequest.objects.get(page=treatment.pk)
    write_draft(treatment, people.author, introduction=NEW, change_note="Clearer.")
    change = submit(treatment, people.author)
    day = f"{timezone.localtime(first.closed_at):%-d %B %Y}"

    page = review_of(change, people.clinician, client)

    assert (
        f'<a href="{reverse("policy_change", args=[first.pk])}">{day}</a>: '
        f"{first.change_note}" in page
    )
    assert "first version" not in page
    assert "added: </span> new<" in page
    assert "removed: </span> old<" in page
    assert page.count('<section class="difference">') == 1
    assert "This is the first version" in review_of(first, people.clinician, client)


def test_review_is_not_held_against_a_text_that_ended_with_its_policy(
    client: Client,
    policy_in_force: PolicyPage,
    treatment: TreatmentPage,
    people: SimpleNamespace,
) -> None:
    change = submit_policy(policy_in_force, people)
    decide_as(people.clinician, submit_treatment(treatment, policy_in_force, people))
    decide_as(people.clinician, change, verdict=Verdict.REJECT)
    write_draft(treatment, people.author, change_note="On its own.", together_with="")

    page = review_of(submit(treatment, people.author), people.clinician, client)

    assert "added: </span> new<" in page
    assert "Follows the policy." not in page
