"""The life of a policy after its first version, as staff and readers see it."""

import datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Site

from policies.models import ChangeRequest, PolicyPage
from policies.periods import day_words
from policies.stages import CLINICAL_REVIEWER
from portal.accounts.models import User
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
from tests.factories.approval import approve_fully, publish_policy, write_draft
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import UserFactory, sample_people

ADDRESS = "/policies/cp-600/"
NAME = "CP-600: Sample policy on shoulders"
OLD = "Sample text: we pay for three injections a year."
NEW = "Sample text: we pay for four injections a year."
CORRECTED = "Sample text: we pay for five injections a year."
DANGER = "Sample text: stop, the injections harm people."
RATIFY = "Ratify: the text stays"
OVERTURN = "Overturn: a change that restores the former text goes to review"
NOTE = "Checked against the sample evidence."

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.first]


@pytest.fixture
def people(site: Site) -> SimpleNamespace:
    """The sample staff, and a second clinician."""
    people = sample_people()
    people.clinician2 = UserFactory(roles=[CLINICAL_REVIEWER])
    return people


@pytest.fixture
def policy(people: SimpleNamespace) -> PolicyPage:
    """A policy with one version, in force since today."""
    policy = PolicyPageFactory(
        reference="CP-600",
        title="Sample policy on shoulders",
        lay_summary=OLD,
        author=people.author,
    )
    publish_policy(policy, people)
    return policy


@pytest.fixture
def open_as(new_page: NewPage, sign_in: SignIn) -> OpenAs:
    return opener(new_page, sign_in)


def read(new_page: NewPage, address: str = ADDRESS, status: int = 200) -> Page:
    """Open an address as a reader whose browser has stored nothing yet."""
    page = new_page()
    assert status_of(page, address) == status
    return page


def expect_text(page: Page, *sentences: str) -> None:
    for sentence in sentences:
        expect(page.locator("main")).to_contain_text(sentence)


def compare_first_versions(new_page: NewPage) -> Page:
    """From the history to the differences between versions 1 and 2."""
    page = read(new_page, f"{ADDRESS}history/")
    page.get_by_label("Compare", exact=True).select_option(value="1")
    page.get_by_label("with", exact=True).select_option(value="2")
    page.get_by_role("button", name="Compare").click()
    return page


def read_on_day(new_page: NewPage, day: datetime.date) -> Page:
    """From the policy to what was in force on a day."""
    page = read(new_page)
    page.get_by_role("link", name="See what was in force on a day").click()
    page.get_by_label("Day").fill(day_words(day))
    page.get_by_role("button", name="Show the policy on this day").click()
    return page


def type_summary(author: Page, policy: PolicyPage, summary: str) -> None:
    open_editor(author, policy)
    author.get_by_role("textbox", name="Lay summary").fill(summary)


def submit_dated_version(
    author: Page, policy: PolicyPage, starts_on: datetime.date
) -> None:
    type_summary(author, policy, NEW)
    submit_change(
        author,
        texts={"Public change note": "One more injection."},
        choices={"Change type": "Criteria relaxed"},
        dates={"Takes effect on": starts_on},
    )


def submit_correction(
    author: Page, policy: PolicyPage, wrong_since: datetime.date
) -> None:
    type_summary(author, policy, CORRECTED)
    submit_change(
        author,
        texts={
            "Public change note": "The number of injections is corrected.",
            "Correction notice": "The page said three injections.",
        },
        choices={"Change type": "Correction of a published error"},
        dates={"Wrong since": wrong_since},
    )


def submit_withdrawal(author: Page, policy: PolicyPage) -> None:
    open_editor(author, policy)
    submit_change(
        author,
        texts={
            "Public change note": "The policy ends.",
            "Status reason": "The sample service has closed.",
        },
        choices={
            "Change type": "Commissioning position changed",
            "Status": "Withdrawn",
        },
    )


def approve_on_screen(
    open_as: OpenAs, people: SimpleNamespace, *, clinician: User, outcome: str, new: str
) -> None:
    """A clinician and two approvers, each on the review screen."""
    steps = {
        clinician: "Your decision is on record",
        people.approver1: "Your decision is on record",
        people.approver2: outcome,
    }
    for person, answer in steps.items():
        reviewer = open_as(person)
        open_from_dashboard(reviewer, NAME)
        expect(reviewer.locator("ins", has_text=new).first).to_be_visible()
        assert_no_axe_violations(reviewer)
        decide(reviewer, "Approve", NOTE)
        expect(reviewer.locator("body")).to_contain_text(answer)


def publish_in_an_emergency(
    open_as: OpenAs, people: SimpleNamespace, policy: PolicyPage
) -> None:
    """The emergency publisher's draft goes public from its screen."""
    write_draft(policy, people.emergency, lay_summary=DANGER)
    publisher = open_as(people.emergency)
    publisher.goto(f"/admin/policies/{policy.pk}/publish-at-once/")
    expect(publisher.locator("ins", has_text="stop")).to_be_visible()
    assert_no_axe_violations(publisher)
    publisher.get_by_role("textbox", name="Reason").fill("A sample safety alert.")
    publisher.get_by_role("button", name="Publish at once").click()
    expect(publisher.locator("body")).to_contain_text("Version 2.0 is in force.")


def judge(page: Page, choice: str, answer: str) -> None:
    """From the dashboard to the emergency that waits, and a judgement on it."""
    open_from_dashboard(page, "CP-600 version 2.0")
    assert_no_axe_violations(page)
    page.get_by_label(choice).check()
    page.get_by_role("textbox", name="Note").fill(NOTE)
    page.get_by_role("button", name="Record my judgement").click()
    expect(page.locator("body")).to_contain_text(answer)


def test_correction_and_withdrawal_stay_on_public_record(
    new_page: NewPage, open_as: OpenAs, people: SimpleNamespace, policy: PolicyPage
) -> None:
    submit_correction(open_as(people.author), policy, timezone.localdate())
    approve_fully(ChangeRequest.objects.get(status="in_review"), people)
    expect_text(read(new_page), "The page said three injections.", CORRECTED)

    submit_withdrawal(open_as(people.author), policy)
    approve_fully(ChangeRequest.objects.get(status="in_review"), people)

    expect_text(
        read(new_page), "This policy was withdrawn", "The sample service has closed."
    )
    history = read(new_page, f"{ADDRESS}history/")
    for label in ("1.0", "2.0", "3.0"):
        expect_text(history, f"version {label}")


def test_emergency_shows_a_banner_until_two_people_ratify_it(
    new_page: NewPage, open_as: OpenAs, people: SimpleNamespace, policy: PolicyPage
) -> None:
    publish_in_an_emergency(open_as, people, policy)
    banner = "Emergency publication"
    expect_text(read(new_page), DANGER, banner, "A sample safety alert.")

    judge(open_as(people.clinician), RATIFY, "One more person must ratify")
    expect_text(read(new_page), DANGER, banner)
    judge(open_as(people.approver1), RATIFY, "Version 2.0 is ratified.")

    ratified = read(new_page)
    expect_text(ratified, DANGER)
    expect(ratified.get_by_role("heading", name=banner)).to_have_count(0)


def test_overturned_emergency_gives_way_to_the_former_text(
    new_page: NewPage, open_as: OpenAs, people: SimpleNamespace, policy: PolicyPage
) -> None:
    publish_in_an_emergency(open_as, people, policy)
    judge(open_as(people.clinician), OVERTURN, "A change that restores the former text")
    expect_text(read(new_page), DANGER, "Emergency publication")

    approve_on_screen(
        open_as,
        people,
        clinician=people.clinician2,
        outcome="Version 3.0 takes effect on",
        new="three",
    )

    restored = read(new_page)
    expect_text(restored, OLD)
    expect(restored.locator("main")).not_to_contain_text(DANGER)
    expect_text(read(new_page, f"{ADDRESS}history/"), "Published in an emergency.")
    expect_text(read(new_page, f"{ADDRESS}versions/2/"), DANGER)


def test_dated_version_takes_effect_on_its_day_without_a_job(
    new_page: NewPage, open_as: OpenAs, people: SimpleNamespace, policy: PolicyPage
) -> None:
    today = timezone.localdate()
    starts_on = today + datetime.timedelta(days=9)
    submit_dated_version(open_as(people.author), policy, starts_on)
    approve_on_screen(
        open_as,
        people,
        clinician=people.clinician,
        outcome=f"Version 2.0 takes effect on {day_words(starts_on)}.",
        new="four",
    )

    expect_text(read(new_page), OLD)
    read(new_page, f"{ADDRESS}versions/2/", status=404)

    with time_machine.travel(timezone.now() + datetime.timedelta(days=10), tick=True):
        expect_text(read(new_page), NEW)
        comparison = compare_first_versions(new_page)
        expect(comparison.locator("main ins")).to_contain_text(["four"])
        expect(comparison.locator("main del")).to_contain_text(["three"])
        assert_no_axe_violations(comparison)
        expect_text(read_on_day(new_page, today), "Version 1.0, in force", OLD)
