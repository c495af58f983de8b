"""Staff come in, and access administrators at work, as they see it."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import override_settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.accounts.models import User
from tests.browser.axe import assert_no_axe_violations
from tests.factories.open_id import put_person, real_provider, trusting
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

NewPage = Callable[..., Page]
SignIn = Callable[[Page, User], None]
DASHBOARD = "What you can do here"


@pytest.fixture
def second_factor_required() -> Iterator[None]:
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        yield


def type_password(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.get_by_label("User name or e-mail address").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_dashboard(page: Page) -> None:
    expect(page.get_by_role("heading", name=DASHBOARD)).to_be_visible()


def test_first_sign_in_sets_up_an_app_and_a_recovery_code_opens_later(
    phone: Page,
    new_page: NewPage,
    people: SimpleNamespace,
    second_factor_required: None,
) -> None:
    phone.goto("/admin/")
    assert_no_axe_violations(phone)
    type_password(phone, "author")
    expect(phone.get_by_role("status")).to_contain_text("need a second factor")
    assert_no_axe_violations(phone)
    secret = phone.get_by_label("Secret, if you cannot scan").input_value()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    phone.get_by_label("Authenticator code").fill(code)
    phone.get_by_role("button", name="Set up the app").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    assert_no_axe_violations(phone)
    recovery_code = phone.locator("code").first.inner_text()

    later = new_page()
    type_password(later, "author")
    expect(later.get_by_role("heading", level=1)).to_have_text("Your second factor")
    assert_no_axe_violations(later)
    later.get_by_role("textbox").last.fill(recovery_code)
    later.get_by_role("button", name="Sign in", exact=True).click()
    expect_dashboard(later)
    later.goto("/staff/")
    assert_no_axe_violations(later)
    later.goto("/staff/second-factor/")
    expect(later.locator("main")).to_contain_text("See the 9 codes that are left")
    assert_no_axe_violations(later)


def test_a_passkey_is_added_and_opens(
    new_page: NewPage,
    live_server: LiveServer,
    people: SimpleNamespace,
    second_factor_required: None,
) -> None:
    """Browsers make keys for names, not for numbers such as 127.0.0.1."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    page = new_page(base_url=address, beside=address)
    TOTP.activate(people.author, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(people.author)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    type_password(page, "author")
    code = hotp_value("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", int(time.time()) // 30)
    page.get_by_role("textbox").last.fill(format_hotp_value(code))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_dashboard(page)

    page.goto("/staff/second-factor/webauthn/add/")
    assert_no_axe_violations(page)
    page.get_by_label("Name").fill("Key of the office")
    page.get_by_role("button", name="Add the key").click()
    expect(page.locator("main")).to_contain_text("You have added 1.")
    page.context.clear_cookies()
    type_password(page, "author")
    page.get_by_role("button", name="Use a security key").click()
    expect_dashboard(page)


def test_single_sign_on_leads_to_the_dashboard(
    new_page: NewPage, people: SimpleNamespace
) -> None:
    with real_provider() as issuer, trusting(issuer):
        put_person(issuer, "s-1", email="clinician@example.org", email_verified=True)
        page = new_page(beside=issuer)
        page.goto("/admin/")
        assert_no_axe_violations(page)
        page.get_by_role("button", name="Sign in with NHS Sample").click()
        page.locator("input[name=sub]").fill("s-1")
        page.get_by_role("button", name="Authorize").click()
        expect_dashboard(page)
        expect(page.locator("body")).to_contain_text("You can decide on changes")

        put_person(issuer, "s-2", email="nobody@example.org", email_verified=True)
        stranger = new_page(beside=issuer)
        stranger.goto("/admin/")
        stranger.get_by_role("button", name="Sign in with NHS Sample").click()
        stranger.locator("input[name=sub]").fill("s-2")
        stranger.get_by_role("button", name="Authorize").click()
        expect(stranger.locator("main")).to_contain_text("no active account")
        assert_no_axe_violations(stranger)


def test_roles_are_granted_and_people_deactivated_with_a_reason(
    new_page: NewPage, sign_in: SignIn, people: SimpleNamespace
) -> None:
    admin, author = new_page(), new_page()
    sign_in(author, people.author)
    author.goto("/admin/people/")
    expect(author.locator("main")).to_contain_text(
        "Giving people access is for people with the role Access administrator."
    )
    assert_no_axe_violations(author)
    type_password(admin, "access")
    admin.get_by_role("link", name="People", exact=True).click()
    assert_no_axe_violations(admin)
    admin.get_by_role("link", name="Amina Author").click()
    assert_no_axe_violations(admin)
    person_address = admin.url

    admin.get_by_label("Draft reader").check()
    admin.get_by_role("button", name="Save the roles").click()
    expect(admin.locator("main")).to_contain_text("This field is required.")
    expect(admin.get_by_label("Draft reader")).to_be_checked()
    admin.locator("form[action$='/roles/'] textarea").fill("Asked by her team")
    admin.get_by_role("button", name="Save the roles").click()
    expect(admin.locator("body")).to_contain_text("The roles of Amina Author are chang")
    expect(admin.get_by_role("table")).to_contain_text("Asked by her team")

    admin.goto(f"/admin/people/{people.access.pk}/")
    expect(admin.locator("main")).to_contain_text("ask another access administrator")
    expect(admin.get_by_role("button", name="Save the roles")).to_have_count(0)

    author.goto("/admin/")
    expect(author.locator("body")).to_contain_text("You can read drafts")
    admin.goto(person_address)
    admin.locator("form[action$='/activity/'] textarea").fill("Left the organisation")
    admin.get_by_role("button", name="Deactivate Amina Author").click()
    expect(admin.get_by_role("button", name="Reactivate Amina Author")).to_be_visible()
    author.goto("/admin/")
    expect(author.get_by_role("heading", level=1)).to_have_text("Staff sign-in")
