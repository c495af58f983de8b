"""What staff do on their screens needs no script but the admin's own."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import override_settings
from playwright.sync_api import Page, expect

from pages.models import TreatmentPage
from tests.browser.journeys import NewPage, SignIn, opener
from tests.browser.test_staff_content_policy import watched
from tests.factories.pages import TreatmentPageFactory
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def open_tab_with(page: Page, stream: str) -> None:
    """The tab of the editor on which the stream stands."""
    tabs = page.locator("[role=tab]")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        if page.locator(stream).is_visible():
            return
    raise AssertionError(f"No tab shows {stream}.")


def insert_block(page: Page, stream: str, name: str) -> None:
    page.locator(f"{stream} .c-sf-add-button:visible").last.click()
    choice = page.get_by_role("option", name=name, exact=True)
    choice.first.click()


def texts(page: Page, stream: str) -> int:
    return page.locator(f"{stream} [data-streamfield-child]:visible").count()


def test_blocks_are_added_moved_copied_and_deleted(
    new_page: NewPage, sign_in: SignIn, people: SimpleNamespace
) -> None:
    treatment: TreatmentPage = TreatmentPageFactory(author=people.author)
    page = opener(new_page, sign_in)(people.author)
    complaints = watched(page)
    page.goto(f"/admin/pages/{treatment.pk}/edit/")
    stream = "[data-contentpath=what_it_is]"
    open_tab_with(page, stream)
    before = texts(page, stream)

    insert_block(page, stream, "Text")
    expect(page.locator(f"{stream} [data-streamfield-child]:visible")).to_have_count(
        before + 1
    )
    for act in ("MOVE_UP", "MOVE_DOWN", "DUPLICATE", "DELETE"):
        button = page.locator(f"{stream} [data-streamfield-action={act}]:visible")
        (button.last if act == "MOVE_UP" else button.first).click()
    page.wait_for_timeout(500)

    assert texts(page, stream) == before + 1
    assert complaints == []


def test_the_first_second_factor_is_set_up(
    new_page: NewPage, people: SimpleNamespace
) -> None:
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        page = new_page()
        complaints = watched(page)
        page.goto("/admin/")
        page.get_by_label("User name or e-mail address").fill("author")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        secret = page.get_by_label("Secret, if you cannot scan").input_value()
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        page.get_by_label("Authenticator code").fill(code)
        page.get_by_role("button", name="Set up the app").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")

    assert complaints == []
