"""Starts the browser that scans. Playwright is there on machines that test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# What the browser asks on its own account is not what the website asks.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class BrowserMissing(Exception):
    """There is nothing here to scan with; the message says what to install."""


def chromium_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def started_browser() -> Iterator["Browser"]:
    """Chromium of the system, or else the one that Playwright brings."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise BrowserMissing(
            "Playwright is missing: install requirements-dev.txt where you scan from."
        ) from None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=chromium_path(), args=ARGUMENTS
            )
        except Error:
            raise BrowserMissing(
                "Chromium is missing: install it where you scan from."
            ) from None
        try:
            yield browser
        finally:
            browser.close()
