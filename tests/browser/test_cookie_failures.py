"""What may go wrong between the visitor's click and the server's answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page, Route, expect

from portal.consent.models import ConsentEvent
from portal.consent.provisioning import provision_cookie_groups
from tests.browser.axe import assert_no_axe_violations
from tests.browser.test_cookie_choice import ACCEPT, REJECT, cookie_names

DELAY_SECONDS = 0.3
LEAVING_AFTER_MILLISECONDS = [0, 5, 20, 50] * 5
LEAVE = """(wait) => {
    document.querySelector("[data-consent-choice=decline]").click();
    setTimeout(() => location.assign("/health/live/"), wait);
}"""
PLANT_INERT_TRACKER = """() => document.querySelector("main").insertAdjacentHTML(
    "beforeend",
    '<template data-consent-group="statistics"><p id="tracker"></p></template>'
)"""


@pytest.fixture(autouse=True)
def _cookie_groups(site):
    provision_cookie_groups()


@contextmanager
def slow_choices() -> Iterator[None]:
    """The server takes its time over every choice, as a busy one would."""

    def wait(environ: dict[str, Any], **kwargs: Any) -> None:
        if environ["PATH_INFO"].startswith(("/cookies/accept", "/cookies/decline")):
            time.sleep(DELAY_SECONDS)

    request_started.connect(wait)
    try:
        yield
    finally:
        request_started.disconnect(wait)


def turn_to(page: Page, name: str) -> None:
    with page.expect_response("**/cookies/token/"):
        page.get_by_role("button", name=name).hover()


@pytest.mark.parametrize("fault", [500, 403, "timedout", "internetdisconnected"])
def test_an_acceptance_that_fails_starts_nothing_and_says_so(page, fault):
    def answer(route: Route) -> None:
        if isinstance(fault, int):
            route.fulfill(status=fault)
        else:
            route.abort(fault)

    page.route("**/cookies/accept/", answer)
    page.goto("/")
    page.evaluate(PLANT_INERT_TRACKER)

    page.get_by_role("button", name=ACCEPT).click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nothing was switched on.")
    expect(alert).to_be_focused()
    expect(page.locator("#tracker")).to_have_count(0)
    expect(page.get_by_role("button", name=ACCEPT)).to_be_visible()
    assert "cookie_consent" not in cookie_names(page)


def test_a_choice_survives_leaving_at_once_every_time(page):
    kept = 0
    with slow_choices():
        for wait in LEAVING_AFTER_MILLISECONDS:
            page.goto("/")
            turn_to(page, REJECT)
            page.evaluate(LEAVE, wait)
            page.wait_for_url("**/health/live/")
            page.wait_for_timeout(DELAY_SECONDS * 1000 + 150)
            kept += "cookie_consent" in cookie_names(page)
            page.context.clear_cookies()

    assert kept == len(LEAVING_AFTER_MILLISECONDS)
    assert ConsentEvent.objects.count() == kept


def test_a_double_click_is_one_choice_and_the_key_stays_under_cookies(page):
    page.goto("/")

    page.get_by_role("button", name=ACCEPT).dblclick()

    expect(page.get_by_role("alert")).to_contain_text("You accepted")
    assert ConsentEvent.objects.count() == 1
    with page.expect_request("**/") as home:
        page.goto("/")
    with page.expect_request("**/cookies/record/") as record:
        page.goto("/cookies/record/")
    assert "consent_key" not in home.value.all_headers().get("cookie", "")
    assert "consent_key" in record.value.all_headers()["cookie"]
    assert_no_axe_violations(page)


def test_withdrawing_takes_two_actions_from_any_page(page):
    page.goto("/")
    page.get_by_role("button", name=ACCEPT).click()
    expect(page.get_by_role("alert")).to_contain_text("You accepted")

    page.get_by_role("contentinfo").get_by_role("link", name="Cookies").click()
    page.get_by_role("button", name="Reject all optional cookies").click()

    expect(page.get_by_text("Your cookie choices have been saved.")).to_be_visible()
    assert ConsentEvent.objects.first().method == "withdrawal"


def test_accepting_and_rejecting_weigh_the_same(page):
    page.goto("/")
    accept = page.get_by_role("button", name=ACCEPT)
    reject = page.get_by_role("button", name=REJECT)
    expect(accept).to_be_visible()

    assert accept.get_attribute("class") == reject.get_attribute("class")
    assert accept.bounding_box()["height"] == reject.bounding_box()["height"]
    assert accept.bounding_box()["y"] == reject.bounding_box()["y"]
