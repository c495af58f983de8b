"""Real pages in a real browser, each on the live server and on nothing else."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from portal import environment
from portal.accounts.models import User
from tests.browser.chromium import ARGUMENTS, chromium_path

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
TIMEOUT_MILLISECONDS = 10_000

NewPage = Callable[..., Page]

# Playwright keeps an event loop in the thread of the test, where Django would
# otherwise refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None and environment.flag("CI"):
        pytest.fail("Chromium is missing, and CI is set: every test must run.")
    if path is None:
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def finish_requests() -> None:
    """Wait for what closed pages still asked: it would reach into the next test."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=TIMEOUT_MILLISECONDS / 1000)


@pytest.fixture
def new_page(browser: Browser, live_server: LiveServer, site: Any) -> Iterator[NewPage]:
    """Opens pages of separate visitors; fails on a request to another host.

    `beside` is a host that a page has business with.
    """
    contexts: list[BrowserContext] = []
    foreign_requests: list[str] = []
    own = {live_server.url}
    others: list[str] = []

    def note_foreign(request: Request) -> None:
        address = urlsplit(request.url)
        is_of_network = address.scheme not in {"data", "blob", "about"}
        if is_of_network and f"http://{address.netloc}" not in own:
            if request.frame.url.startswith(tuple(others)):
                return  # What its own page asks for is its own business.
            foreign_requests.append(request.url)

    def open_page(*, beside: str | None = None, **options: Any) -> Page:
        if beside:
            own.add(beside)
            others.append(f"{beside}/oauth2/")
        options = {"base_url": live_server.url, "locale": "en-GB", **options}
        context = browser.new_context(**options)
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        context.on("request", note_foreign)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    finish_requests()
    assert not foreign_requests, f"Requests to other hosts: {foreign_requests}"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport=DESKTOP)


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def page_without_scripts(new_page: NewPage) -> Page:
    return new_page(viewport=DESKTOP, java_script_enabled=False)


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[Page, User], None]:
    """Gives the visitor of a page the session of a member of staff."""

    def sign_in(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url}]
        )

    return sign_in
