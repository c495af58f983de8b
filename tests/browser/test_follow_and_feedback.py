"""A reader follows a policy and says what is wrong with it, without any script."""

import re
from types import SimpleNamespace

import pytest
from django.core import mail
from playwright.sync_api import Page, expect
from wagtail.models import Site

from policies.feedback.models import Feedback
from policies.outbox import deliver
from policies.subscriptions.models import Follow, Follower
from tests.browser.axe import assert_no_axe_violations
from tests.factories.approval import publish_policy
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people


@pytest.fixture
def people(site: Site) -> SimpleNamespace:
    """The staff, and a policy in force."""
    people = sample_people()
    publish_policy(PolicyPageFactory(reference="SP-100", author=people.author), people)
    return people


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def open_link_in_mail(page: Page, purpose: str) -> None:
    deliver()
    body = next(m.body for m in mail.outbox if m.to == ["reader@example.com"])
    found = re.search(rf"http://testserver(/follow/{purpose}/\S+)", body)
    assert found
    page.goto(found[1])


def test_reader_follows_and_stops(
    page_without_scripts: Page, people: SimpleNamespace
) -> None:
    page = page_without_scripts
    page.goto("/policies/sp-100/")
    page.get_by_label("Your e-mail address").fill("Reader@example.com")
    button(page, "Get e-mails")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")

    open_link_in_mail(page, "confirm")
    assert not Follow.objects.filter(asked_at=None).exists()
    button(page, "Confirm")
    expect(page.get_by_role("status")).to_contain_text("You will get e-mails")
    assert Follow.objects.filter(asked_at=None).count() == 1

    open_link_in_mail(page, "stop")
    button(page, "Stop all e-mails")
    expect(page.get_by_role("heading", level=1)).to_contain_text("no more e-mails")
    assert not Follower.objects.exists()
    assert page.context.cookies() == []


def test_reader_says_what_is_wrong_and_staff_deal_with_it(
    page_without_scripts: Page, page: Page, people: SimpleNamespace, sign_in
) -> None:
    reader = page_without_scripts
    reader.goto("/policies/sp-100/")
    button(reader, "No")
    reader.get_by_label("what was missing").fill("Ring me: 0121 496 0000.")
    button(reader, "Send")
    expect(reader.get_by_text("We took out something")).to_be_visible()
    assert reader.context.cookies() == []

    sign_in(page, people.author)
    page.goto("/admin/feedback/")
    expect(page.get_by_role("cell", name="Ring me: [removed].")).to_be_visible()
    assert_no_axe_violations(page)
    button(page, "as dealt with")
    expect(page.get_by_text("by Amina Author")).to_be_visible()
    assert Feedback.objects.get().dealt_with_by == people.author
