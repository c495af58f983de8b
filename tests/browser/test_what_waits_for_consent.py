"""What the visitor's yes switches on: a page count, a video."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from pages.models import InformationPage
from portal.consent.provisioning import provision_cookie_groups
from portal.statistics.models import DailyPageCount
from tests.browser.axe import assert_no_axe_violations
from tests.browser.conftest import DESKTOP, TIMEOUT_MILLISECONDS, NewPage

ACCEPT = "Accept optional cookies"
REJECT = "Reject optional cookies"
VIDEO_HOST = "https://www.youtube-nocookie.com/**"
# Chromium's own name here says that nobody reads, and such a page is not counted.
READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"


@pytest.fixture(autouse=True)
def _page_with_video(site: Any) -> None:
    provision_cookie_groups()
    page = InformationPage.objects.get(slug="about")
    page.body = [
        (
            "embed",
            {
                "title": "Knee exercises",
                "provider": "youtube",
                "link": "https://www.youtube.com/watch?v=AAAAAAAAAAA",
            },
        )
    ]
    page.save_revision().publish()


@pytest.fixture
def video_page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A visitor to whom another website answers; `asked` lists what it was asked."""
    context = browser.new_context(base_url=live_server.url, viewport=DESKTOP)
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    page = context.new_page()
    page.asked = []  # type: ignore[attr-defined]

    def answer(route: Route) -> None:
        page.asked.append(route.request.headers.get("referer"))  # type: ignore[attr-defined]
        route.fulfill(body="<p>The video</p>", content_type="text/html")

    context.route(VIDEO_HOST, answer)
    yield page
    context.close()


def test_a_page_is_counted_after_a_yes_and_not_before(new_page: NewPage) -> None:
    page = new_page(user_agent=READER)
    page.goto("/accessibility/", wait_until="networkidle")
    assert not DailyPageCount.objects.exists()

    with page.expect_response("**/statistics/") as counted:
        page.get_by_role("button", name=ACCEPT).click()
    assert counted.value.status == 204
    with page.expect_response("**/statistics/"):
        page.goto("/")

    assert dict(DailyPageCount.objects.values_list("page_type", "count")) == {
        "informationpage": 1,
        "homepage": 1,
    }
    assert {cookie["name"] for cookie in page.context.cookies()} == {
        "consent_key",
        "cookie_consent",
        "csrftoken",
    }


def test_nobody_who_said_no_is_counted(new_page: NewPage) -> None:
    page = new_page(user_agent=READER)
    page.goto("/")
    page.get_by_role("button", name=REJECT).click()
    expect(page.get_by_role("alert")).to_contain_text("You rejected optional cookies.")

    page.goto("/about/", wait_until="networkidle")

    assert not DailyPageCount.objects.exists()


def test_allowing_one_video_shows_it_and_leaves_the_rest_undecided(
    video_page: Page,
) -> None:
    page = video_page
    page.goto("/about/", wait_until="networkidle")
    assert_no_axe_violations(page)
    assert page.locator("iframe").count() == 0
    assert page.asked == []  # type: ignore[attr-defined]

    page.get_by_role("button", name="Allow “Videos and maps”").click()

    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("The video")).to_be_visible()
    expect(page.locator("iframe")).to_be_focused()
    expect(page.get_by_text("It is shown here only if")).to_be_hidden()
    expect(page.get_by_role("link", name="Watch “Knee exercises”")).to_be_visible()
    expect(page.get_by_role("button", name=ACCEPT)).to_be_visible()
    # The provider learns which website asks, and not which page.
    assert page.asked == [f"{page.url.split('/about')[0]}/"]  # type: ignore[attr-defined]
    state = page.request.get("/cookies/state/").json()
    assert state["accepted"] == ["embedded-media"]
    assert state["undecided"] == ["statistics"]


def test_a_yes_that_is_not_recorded_shows_no_video(page: Page) -> None:
    page.goto("/about/")
    page.get_by_role("button", name=ACCEPT).hover()
    page.wait_for_load_state("networkidle")
    # Without its cookie the token is worthless, and the server refuses the choice.
    page.context.clear_cookies()

    page.get_by_role("button", name="Allow “Videos and maps”").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was switched on.")
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.locator("iframe").count() == 0


def test_without_scripts_a_video_is_a_link(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto("/about/")

    expect(page.get_by_role("link", name="Watch “Knee exercises”")).to_be_visible()
    expect(page.locator("[data-consent-only]")).to_be_hidden()
    assert page.locator("iframe").count() == 0
