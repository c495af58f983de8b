"""Steps of staff in the editor and on the screens of approval, click by click."""

import datetime
import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, Page, expect

from policies.models import PolicyPage
from portal.accounts.models import User

NewPage = Callable[..., Page]
SignIn = Callable[[Page, User], None]
OpenAs = Callable[..., Page]

STAFF_WINDOW = {"width": 1280, "height": 1000}


def opener(new_page: NewPage, sign_in: SignIn) -> OpenAs:
    """Opens browser windows in which a person has signed in."""

    def open_as(person: User, **options: object) -> Page:
        page = new_page(viewport=STAFF_WINDOW, **options)
        sign_in(page, person)
        return page

    return open_as


def status_of(page: Page, address: str) -> int:
    response = page.goto(address)
    return response.status if response else 0


def open_from_dashboard(page: Page, name: str) -> None:
    """Follow the entry of a policy among what waits for this person."""
    page.goto("/admin/")
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.split(":")[0])


def decide(page: Page, choice: str, note: str) -> None:
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("textbox", name="Note").fill(note)
    page.get_by_role("button", name="Record my decision").click()


def open_editor(page: Page, policy: PolicyPage) -> None:
    page.goto(f"/admin/pages/{policy.pk}/edit/")


def submit_change(
    page: Page,
    *,
    texts: Mapping[str, str],
    choices: Mapping[str, str],
    dates: Mapping[str, datetime.date] | None = None,
) -> None:
    """Fill in the tab “This change” of the open editor, and submit.

    The menu beside “Save draft” opens upwards; its first entry submits.
    """
    page.locator("#tab-label-this_change").click()
    tab = page.locator("#tab-this_change")
    for label, choice in choices.items():
        field(tab, label).select_option(label=choice)
    for label, text in texts.items():
        field(tab, label).fill(text)
    for label, day in (dates or {}).items():
        type_date(field(tab, label), day)
    page.locator("footer [data-w-dropdown-target='toggle']").click()
    page.get_by_role("button", name="Submit to Policy approval").click()
    expect(page.locator("body")).to_contain_text("has been submitted for moderation")


def type_date(date_field: Locator, day: datetime.date) -> None:
    """The calendar opens a moment after the click, and lies over what is below it."""
    calendar = date_field.page.locator(".xdsoft_datetimepicker:visible")
    date_field.click()
    expect(calendar).to_have_count(1)
    date_field.fill(day.isoformat())
    date_field.press("Tab")
    expect(calendar).to_have_count(0)


def field(tab: Locator, label: str) -> Locator:
    """The input itself: sections and links of the editor carry the same name.

    The label of a required field ends with an asterisk.
    """
    inputs = tab.locator("input, select, textarea")
    return inputs.and_(tab.get_by_label(re.compile(rf"^\s*{label}\s*\*?\s*$")))
