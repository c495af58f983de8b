"""The admin works under a policy that runs no script but its own."""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import ConsoleMessage, Page, expect
from wagtail.models import Collection, Site, Workflow

from pages.models import Specialty
from policies.models import PolicyPage
from portal.media.models import PortalDocument
from tests.browser.journeys import (
    NewPage,
    SignIn,
    field,
    open_editor,
    opener,
    status_of,
)
from tests.factories.approval import publish_policy
from tests.factories.files import pdf
from tests.factories.pages import PolicyPageFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

# In every document, framed ones included, before anything of it runs.
WATCH = """document.addEventListener("securitypolicyviolation", event =>
    console.error("Content Security Policy", event.violatedDirective,
        event.blockedURI, event.sourceFile, event.lineNumber, event.sample))"""
SCREENS = """
    /admin/ /admin/pages/ /admin/pages/{home}/ /admin/pages/search/?q=sample
    /admin/pages/{policy}/history/ /admin/pages/{policy}/revisions/compare/{old}...live/
    /admin/pages/{policy}/revisions/compare/{old}...latest/
    /admin/pages/{policy}/usage/
    /admin/reports/site-history/ /admin/reports/locked/ /admin/reports/workflow/
    /admin/reports/aging-pages/ /admin/reports/page-types-usage/
    /admin/workflows/edit/{workflow}/ /admin/workflows/add/
    /admin/users/ /admin/users/edit/{person}/ /admin/groups/ /admin/groups/new/
    /admin/images/ /admin/images/add/ /admin/images/multiple/add/
    /admin/documents/ /admin/documents/multiple/add/ /admin/documents/edit/{document}/
    /admin/snippets/ /admin/snippets/pages/specialty/
    /admin/snippets/pages/specialty/edit/{specialty}/
    /admin/snippets/consent/bannerwording/ /admin/snippets/cookie_consent/cookie/add/
    /admin/settings/pages/sitebrand/ /admin/collections/{collection}/
    /admin/redirects/ /admin/redirects/add/ /admin/sites/ /admin/account/
    /django-admin/ /django-admin/auth/group/add/ /staff/ /staff/second-factor/
    /staff/second-factor/totp/activate/ /staff/second-factor/webauthn/add/
"""


@pytest.fixture
def policy(people: SimpleNamespace) -> PolicyPage:
    policy = PolicyPageFactory(reference="CP-610", author=people.author)
    publish_policy(policy, people)
    return policy


def watched(page: Page) -> list[str]:
    """What the browser complains about from here on, of scripts and policies."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.add_init_script(WATCH)
    return complaints


def pick_day(page: Page, dates: str) -> None:
    """The calendar of the first such field opens, and gives it a day."""
    page.locator(dates).first.click()
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    calendar.locator("td[data-date]:not(.xdsoft_disabled)").first.click()
    expect(page.locator(dates).first).not_to_have_value("")


def walk_editor(page: Page, policy: PolicyPage, document: PortalDocument) -> None:
    """Preview, calendar, a row of an InlinePanel, and a chooser in that row."""
    open_editor(page, policy)
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_role("button", name="Toggle preview").click()
    preview = page.frame_locator("iframe[data-w-preview-target='iframe']").first
    expect(preview.locator("h1")).to_contain_text(policy.title)
    page.get_by_role("button", name="Toggle preview").click()
    page.locator("#tab-label-this_change").click()
    tab = page.locator("#tab-this_change")
    field(tab, "Takes effect on").click()
    expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    add = page.get_by_role("button", name="Add document")
    tabs = page.locator("[role=tab]")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        if add.is_visible():
            break
    add.click()
    row = page.locator("[data-inline-panel-child]:visible").last
    row.get_by_role("button", name="Choose a document").click()
    page.locator(".modal-dialog").get_by_role("link", name=document.title).click()
    expect(row).to_contain_text(document.title)


def test_no_screen_needs_a_foreign_or_unsigned_script(
    new_page: NewPage, sign_in: SignIn, people: SimpleNamespace, policy: PolicyPage
) -> None:
    document = PortalDocument(title="Sample leaflet")
    document.file.save("leaflet.pdf", ContentFile(pdf()))
    visitor = new_page()
    complaints = watched(visitor)
    visitor.goto("/staff/login/")
    page = opener(new_page, sign_in)(people.admin)
    complaints_of_staff = watched(page)
    keys = {
        "home": Site.objects.get().root_page_id,
        "policy": policy.pk,
        "old": policy.revisions.earliest("created_at").pk,
        "workflow": Workflow.objects.earliest("pk").pk,
        "person": people.author.pk,
        "document": document.pk,
        "specialty": Specialty.objects.earliest("pk").pk,
        "collection": Collection.get_first_root_node().add_child(name="Leaflets").pk,
    }

    for address in SCREENS.split():
        path = address.format(**keys)
        assert (path, status_of(page, path)) == (path, 200)
    page.goto("/admin/reports/site-history/")
    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("button", name="Date").click()
    pick_day(page, "[name=timestamp_from]")
    walk_editor(page, policy, document)

    assert complaints + complaints_of_staff == []
