"""The database as a deployment leaves it, and requests as the portal handles them."""

import gc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase, testcases
from django.test import client as test_client
from django.test.client import ClientHandler
from pytest_django import DjangoDbBlocker
from wagtail.models import Site

from portal.handlers import PortalHandler, ReadsUnwrapped
from tests.factories.people import sample_people
from tests.kept_states import BEGINNING, STATES, States, kept_fixture, sort_by_state

# Objects made before the collector looks again; Python's 700 costs an eighth more.
YOUNG_OBJECTS = 20_000
# Names that tests give to `record_property`, and how the last lines call them.
COUNTED = {
    "doors": "Doors",
    "hostile": "Hostile requests",
    "observatory": "HTTP Observatory",
    "stored": "Stored texts",
    "walk": "Nobody's drafts",
}


class PortalClientHandler(ReadsUnwrapped, ClientHandler):
    """The test client's requests, in transactions like those of the portal."""


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What a browser sees has to be committed, however its test asks for a page."""
    browser_tests = Path(__file__).parent / "browser"
    for item in items:
        if item.path.is_relative_to(browser_tests):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True), append=False)
    yield
    sort_by_state(items)


def pytest_collection_finish() -> None:
    """What is imported stays: the collector of garbage need not walk through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[BEGINNING] = item
    if STATES in item.config.stash:
        item.config.stash[STATES].begin(item)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Migrated and provisioned once; every test starts and ends in a kept state."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        call_command("provision_site", verbosity=0)
        states = States(tmp_path_factory.mktemp("database"), django_db_blocker)
        request.config.stash[STATES] = states
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda case: states.restore()
        )
        django_db_blocker.block()
        states.begin(request.config.stash[BEGINNING])
        yield
        django_db_blocker.unblock()
        states.discard()
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _portal_handlers() -> Iterator[None]:
    """Neither the test client nor the live server asks for WSGI_APPLICATION."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_client, "ClientHandler", PortalClientHandler)
        patch.setattr(testcases, "WSGIHandler", PortalHandler)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """What one test cached is no answer for the next."""
    yield
    cache.clear()


@pytest.fixture
def site(db: None) -> Site:
    """The provisioned site: root page, roles, workflow, cookie groups."""
    return Site.objects.select_related("root_page").get(is_default_site=True)


@kept_fixture
def people(site: Site) -> SimpleNamespace:
    """One person for each role, as the portal's own provisioning makes them."""
    return sample_people()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted on the way, one line for each that passed or failed."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    ]
    for report in reports:
        for name, value in report.user_properties:
            if name in COUNTED:
                terminalreporter.write_line(f"{COUNTED[name]}: {value}.")
