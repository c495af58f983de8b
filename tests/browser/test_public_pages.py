"""Every public page type in a real browser: accessible, narrow, without scripts."""

import gzip
from io import BytesIO
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
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
# WCAG 2.2, success criterion 1.4.12, as the reader's own style sheet.
TEXT_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important;
        letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
        p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        sum += entry.value;
        done(sum);
    })).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
FIRST_VIEW = {"requests": 6, "bytes": 45 * 1024}
LAYOUT_SHIFT = 0.01
LEAFLET_PAGES = 4
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


@pytest.mark.first
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
        phone.evaluate(TEXT_SPACING)
        too_wide[f"{address}, spaced"] = overflow(phone)

    assert {address: by for address, by in too_wide.items() if by > 0} == {}


@pytest.mark.django_db(transaction=True)
def test_first_visit_leaves_nothing_in_the_browser(
    page: Page, public_site: SimpleNamespace
) -> None:
    """The page with forms about cookies is left out: its token is a cookie."""
    visited = set()
    sizes = []
    page.on("response", lambda answer: sizes.append(len(gzip.compress(answer.body()))))
    page.goto("/policies/sp-100/", wait_until="networkidle")
    assert len(sizes) <= FIRST_VIEW["requests"]
    assert sum(sizes) <= FIRST_VIEW["bytes"]

    for address in {*ADDRESSES, *FURTHER_ADDRESSES} - {"/cookies/"}:
        page.goto(address, wait_until="networkidle")
        visited.add(page.evaluate(PAGE_TYPE))
        assert page.context.cookies() == [], address
        assert page.evaluate(STORED) == 0, address
        assert page.evaluate(SHIFTS) <= LAYOUT_SHIFT, address

    # Policies are in the tree, and have addresses of their own.
    assert visited - {None} == set(page_types()) - {"policypage"}


@pytest.mark.django_db(transaction=True)
def test_reader_takes_the_text_away(page: Page, public_site: SimpleNamespace) -> None:
    """On paper, tagged for those who are read to, or as a citation."""
    address = "/treatments/knee-injections/"
    page.goto(address)
    leaflet = PdfReader(BytesIO(page.pdf(format="A4", tagged=True)))
    text = "".join(sheet.extract_text() for sheet in leaflet.pages)

    assert len(leaflet.pages) <= LEAFLET_PAGES
    assert leaflet.root_object["/MarkInfo"]["/Marked"]
    assert leaflet.root_object["/Lang"] == "en-GB"
    assert address in "".join(text.split())
    assert "Printed from" in text
    assert "Search" not in text

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/policies/sp-100/")
    page.get_by_role("button", name="Copy the citation").click()

    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Policy SP-100, version 2.0" in copied
    assert "/policies/sp-100/versions/2/" in copied


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
