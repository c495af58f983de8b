"""Visitors choose about cookies, on the banner and on the page."""

import pytest
from cookie_consent.models import LogItem
from playwright.sync_api import Page, expect

from portal.consent.provisioning import provision_cookie_groups
from tests.browser.axe import assert_no_axe_violations

pytestmark = pytest.mark.journey

ACCEPT = "Accept optional cookies"
REJECT = "Reject optional cookies"
PLANT_INERT_MAP = """() => document.querySelector("main").insertAdjacentHTML(
    "beforeend",
    '<template data-consent-group="embedded-media"><p id="map">A map</p></template>'
)"""

IS_BEHIND_THE_QUESTION = """() => {
  const banner = document.querySelector("[data-consent-banner]");
  if (banner.contains(document.activeElement)) return false;
  const element = document.activeElement.getBoundingClientRect();
  const question = banner.getBoundingClientRect();
  return element.top >= question.top && element.bottom <= question.bottom;
}"""


@pytest.fixture(autouse=True)
def _cookie_groups(site):
    provision_cookie_groups()


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def visitor(request, new_page) -> Page:
    return new_page(java_script_enabled=request.param)


def open_with_inert_map(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name=ACCEPT)).to_be_visible()
    page.evaluate(PLANT_INERT_MAP)


def cookie_names(page: Page) -> set[str]:
    return {cookie["name"] for cookie in page.context.cookies()}


def answer(page: Page, group: str, word: str) -> None:
    question = page.get_by_role("group", name=group)
    question.get_by_role("radio", name=word).check()


def test_page_view_stores_nothing_and_asks(page):
    open_with_inert_map(page)

    page.wait_for_load_state("networkidle")

    assert cookie_names(page) == set()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    expect(page.locator("#map")).to_have_count(0)


@pytest.mark.parametrize("address", ["/", "/cookies/"])
def test_asking_is_accessible(page, address):
    page.goto(address, wait_until="networkidle")

    assert_no_axe_violations(page)


def test_what_has_the_focus_is_never_behind_the_question(phone):
    phone.goto("/")
    expect(phone.get_by_role("button", name=REJECT)).to_be_visible()

    steps = phone.locator("a[href]:visible, button:visible, input:visible").count()
    for _step in range(steps):
        phone.keyboard.press("Tab")
        assert not phone.evaluate(IS_BEHIND_THE_QUESTION)


def test_accepting_wakes_what_waited_and_moves_focus_to_the_answer(page):
    open_with_inert_map(page)

    page.get_by_role("button", name=ACCEPT).click()

    expect(page.locator("#map")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("You accepted optional cookies.")
    assert "cookie_consent" in cookie_names(page)


def test_rejecting_wakes_nothing_and_is_not_asked_again(page):
    open_with_inert_map(page)

    page.get_by_role("button", name=REJECT).click()
    expect(page.get_by_role("alert")).to_contain_text("You rejected optional cookies.")
    page.get_by_role("button", name="Hide this message").click()
    expect(page.locator("#map")).to_have_count(0)
    page.reload(wait_until="networkidle")

    expect(page.get_by_role("button", name=ACCEPT)).to_be_hidden()
    assert LogItem.objects.count() == 2


def test_choice_survives_leaving_at_once(page):
    page.goto("/")
    with page.expect_response("**/cookies/token/"):
        page.get_by_role("button", name=REJECT).hover()
    page.evaluate(
        """() => {
            document.querySelector("[data-consent-choice=decline]").click();
            setTimeout(() => location.assign("/cookies/"), 5);
        }"""
    )
    page.wait_for_url("**/cookies/")

    page.goto("/", wait_until="networkidle")

    expect(page.get_by_role("button", name=ACCEPT)).to_be_hidden()


def test_failure_says_so_and_loads_nothing(page):
    open_with_inert_map(page)
    page.get_by_role("button", name=ACCEPT).hover()
    page.wait_for_load_state("networkidle")
    # Without its cookie the token is worthless, and the server refuses the choice.
    page.context.clear_cookies()

    page.get_by_role("button", name=ACCEPT).click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was switched on.")
    expect(page.locator("#map")).to_have_count(0)
    expect(page.get_by_role("button", name=ACCEPT)).to_be_visible()
    assert "cookie_consent" not in cookie_names(page)


def test_global_privacy_control_is_not_asked_and_stores_nothing(page):
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', "
        "{ get: () => true })"
    )

    page.goto("/", wait_until="networkidle")

    expect(page.get_by_role("button", name=ACCEPT)).to_be_hidden()
    assert cookie_names(page) == set()


def test_withdrawing_in_one_tab_stops_the_other(page):
    open_with_inert_map(page)
    page.get_by_role("button", name=ACCEPT).click()
    expect(page.locator("#map")).to_be_visible()
    other_tab = page.context.new_page()
    other_tab.goto("/cookies/")

    answer(other_tab, "Videos and maps", "No")
    other_tab.get_by_role("button", name="Save cookie choices").click()
    expect(
        other_tab.get_by_text("Your cookie choices have been saved.")
    ).to_be_visible()

    # The planted map is gone with the page that had woken it.
    expect(page.locator("#map")).to_have_count(0)


def test_changing_ones_mind_on_the_cookies_page(visitor):
    page = visitor
    page.goto("/")
    page.get_by_role("link", name="Choose cookies").first.click()

    answer(page, "Statistics", "Yes")
    page.get_by_role("button", name="Save cookie choices").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(
        page.get_by_role("group", name="Statistics").get_by_label("Yes")
    ).to_be_checked()
    answer(page, "Videos and maps", "No")
    page.get_by_role("button", name="Save cookie choices").click()

    expect(page.get_by_text("Your cookie choices have been saved.")).to_be_visible()
    expect(
        page.get_by_role("group", name="Videos and maps").get_by_label("No")
    ).to_be_checked()
    assert LogItem.objects.count() == 2


def test_one_group_can_be_refused_without_scripts(page_without_scripts):
    page = page_without_scripts
    page.goto("/cookies/")

    page.get_by_text("Statistics cookies").first.click()
    page.get_by_role("button", name="Decline Statistics").click()

    expect(
        page.get_by_role("group", name="Statistics").get_by_label("No")
    ).to_be_checked()
