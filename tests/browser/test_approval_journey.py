"""A policy goes from an author's draft to the public, each step in the browser."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from policies.models import ChangeRequest, PolicyPage
from tests.browser.axe import assert_no_axe_violations
from tests.browser.journeys import (
    NewPage,
    OpenAs,
    SignIn,
    decide,
    open_editor,
    open_from_dashboard,
    opener,
    status_of,
    submit_change,
)
from tests.factories.pages import PolicyPageFactory

pytestmark = pytest.mark.journey


@pytest.fixture
def draft(people: SimpleNamespace) -> PolicyPage:
    return PolicyPageFactory(
        reference="CP-500",
        title="Sample policy on knees",
        change_note="",
        author=people.author,
    )


@pytest.fixture
def as_person(new_page: NewPage, sign_in: SignIn) -> OpenAs:
    return opener(new_page, sign_in)


def submit(author: Page, policy: PolicyPage) -> None:
    open_editor(author, policy)
    submit_change(
        author,
        texts={"Public change note": "First version of the policy."},
        choices={},
    )


@pytest.mark.django_db(transaction=True)
def test_policy_is_public_only_after_every_approval(
    page: Page,
    as_person: OpenAs,
    people: SimpleNamespace,
    draft: PolicyPage,
) -> None:
    author = as_person(people.author)
    submit(author, draft)

    steps = {
        people.clinician: "Your decision is on record",
        people.approver1: "Your decision is on record",
        people.approver2: "Version 1.0 takes effect",
    }
    for person, answer in steps.items():
        assert status_of(page, "/policies/cp-500/") == 404
        reviewer = as_person(person)
        open_from_dashboard(reviewer, "CP-500: Sample policy on knees")
        decide(reviewer, "Approve", "Checked against the evidence.")
        expect(reviewer.locator("body")).to_contain_text(answer)

    assert status_of(page, "/policies/cp-500/") == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("Sample policy on knees")


@pytest.mark.django_db(transaction=True)
def test_incomplete_submission_keeps_what_was_typed(
    as_person: OpenAs, people: SimpleNamespace, draft: PolicyPage
) -> None:
    author = as_person(people.author)
    author.goto(f"/admin/pages/{draft.pk}/edit/")
    author.get_by_role("textbox", name="Local label").fill("A label typed just now")
    author.locator("footer [data-w-dropdown-target='toggle']").click()
    author.get_by_role("button", name="Submit to Policy approval").click()

    expect(author.locator("body")).to_contain_text(
        "Fill this in before you submit the page for review."
    )
    expect(author.get_by_role("textbox", name="Local label")).to_have_value(
        "A label typed just now"
    )
    assert not ChangeRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_review_without_scripts_sends_back_with_a_note(
    as_person: OpenAs, people: SimpleNamespace, draft: PolicyPage
) -> None:
    author = as_person(people.author)
    submit(author, draft)
    change = ChangeRequest.objects.get()

    reviewer = as_person(people.clinician, java_script_enabled=False)
    reviewer.goto(f"/admin/policies/changes/{change.pk}/")
    decide(reviewer, "Send back", "The scope names no age.")

    change.refresh_from_db()
    assert change.status == "rejected"
    assert change.decisions.get().note == "The scope names no age."


@pytest.mark.django_db(transaction=True)
def test_author_is_told_why_the_decision_is_for_others(
    as_person: OpenAs, people: SimpleNamespace, draft: PolicyPage
) -> None:
    author = as_person(people.author)
    submit(author, draft)
    change = ChangeRequest.objects.get()

    author.goto(f"/admin/policies/changes/{change.pk}/")

    expect(author.locator("body")).to_contain_text(
        "You contributed to this text, so somebody else must decide."
    )
    expect(author.get_by_role("button", name="Record my decision")).to_have_count(0)
    assert_no_axe_violations(author)
