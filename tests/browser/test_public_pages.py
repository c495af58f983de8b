"""Every public page type in a real browser: accessible, narrow, without scripts."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Site

from portal.statistics.page_types import page_types
from tests.browser.axe import assert_no_axe_violations
from tests.factories.approval import approve_fully, publish_next, publish_policy, submit
from tests.factories.pages import PolicyPageFactory, TreatmentPageFactory
from tests.factories.people import sample_people

ADDRESSES = [
    "/",
    "/treatments/",
    "/treatments/knee-injections/",
    "/treatments/specialty/musculoskeletal/",
    "/policies/",
    "/policies/sp-100/",
    "/policies/sp-100/history/",
    "/policies/sp-100/checklist/",
    "/policies/sp-100/versions/1/",
    "/search/?q=knee",
    "/search/?q=nothing-at-all",
    "/follow/?topic=policy:sp-100",
    "/feedback/problem/?page=/policies/sp-100/",
    "/cookies/",
    "/about/",
    "/api/",
    "/no-such-page/",
]
FURTHER_ADDRESSES = [
    "/policies/sp-100/on/",
    "/policies/sp-100/on/2030-01-01/",
    "/policies/sp-100/compare/",
    "/policies/sp-100/compare/1..2/",
]
STORED = """async () => localStorage.length + sessionStorage.length
    + (await indexedDB.databases()).length + (await caches.keys()).length"""
PAGE_TYPE = """() => document
    .querySelector("template[data-consent-group=statistics]")
    ?.content.querySelector("[data-page-type]").dataset.pageType"""
CRITERIA = [
    (
        "group",
        {
            "rule": "all_of",
            "members": [
                ("criterion", {"kind": "condition", "text": "Pain.", "quantities": []}),
                (
                    "group",
                    {
                        "rule": "at_least",
                        "minimum": 1,
                        "members": [
                            (
                                "criterion",
                                {
                                    "kind": "threshold",
                                    "text": "BMI of at least 35.",
                                    "unless": "muscle explains it.",
                                    "help_for_clinicians": "Measured this year.",
                                    "quantities": [
                                        {
                                            "measure": "BMI",
                                            "comparison": "at_least",
                                            "number": "35",
                                            "unit": "kg/m²",
                                        }
                                    ],
                                },
                            ),
                        ],
                    },
                ),
            ],
        },
    )
]


@pytest.fixture
def public_site(site: Site) -> SimpleNamespace:
    """A treatment, and a policy with criteria and two versions."""
    people = sample_people()
    treatment = TreatmentPageFactory(
        title="Knee injections", slug="knee-injections", author=people.author
    )
    approve_fully(submit(treatment, people.author), people)
    policy = PolicyPageFactory(reference="SP-100", criteria=CRITERIA)
    policy.treatments.set([treatment])
    policy.save_revision(user=people.author)
    publish_policy(policy, people)
    publish_next(policy, people, change_note="Plainer words.", lay_summary="Plainer.")
    return people


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.django_db(transaction=True)
def test_pages_have_no_accessibility_violations(
    page: Page, phone: Page, public_site: SimpleNamespace
) -> None:
    for address in ADDRESSES:
        for window in (page, phone):
            window.goto(address)
            assert_no_axe_violations(window)


@pytest.mark.django_db(transaction=True)
def test_pages_fit_a_narrow_phone(phone: Page, public_site: SimpleNamespace) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})
    too_wide = {}
    for address in ADDRESSES:
        phone.goto(address)
        too_wide[address] = overflow(phone)

    assert {address: by for address, by in too_wide.items() if by > 0} == {}


@pytest.mark.django_db(transaction=True)
def test_first_visit_leaves_nothing_in_the_browser(
    page: Page, public_site: SimpleNamespace
) -> None:
    """The page with forms about cookies is left out: its token is a cookie."""
    visited = set()
    for address in {*ADDRESSES, *FURTHER_ADDRESSES} - {"/cookies/"}:
        page.goto(address, wait_until="networkidle")
        visited.add(page.evaluate(PAGE_TYPE))
        assert page.context.cookies() == [], address
        assert page.evaluate(STORED) == 0, address

    # Policies are in the tree, and have addresses of their own.
    assert visited - {None} == set(page_types()) - {"policypage"}


@pytest.mark.django_db(transaction=True)
def test_patient_finds_the_answer_without_scripts(
    page_without_scripts: Page, public_site: SimpleNamespace
) -> None:
    page = page_without_scripts
    page.goto("/")
    page.locator("main").get_by_role("searchbox").fill("knee")
    page.locator("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Knee injections").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Knee injections")
    expect(page.locator("main")).to_contain_text(
        "The NHS here pays for this treatment."
    )

    page.locator("main a[href='/policies/sp-100/']").first.click()

    expect(page.locator("main")).to_contain_text("At least 1 of these 1")
    expect(page.locator("main")).to_contain_text("BMI at least 35")
