"""Accessibility as axe-core sees it: WCAG A and AA of every version, best practice."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]


def assert_no_axe_violations(page: Page) -> None:
    """Fail with axe's own report of what is wrong and where."""
    # A click that led here returns as soon as the new document has begun.
    page.wait_for_load_state("load")
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    results: AxeResults = Axe().run(page, options=options)

    assert not results.violations_count, f"{page.url}\n{results.generate_report()}"
