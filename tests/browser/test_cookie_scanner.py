"""The scanner: green on the portal in six phases, red on every planted fault."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from portal.consent.models import ScanRun
from portal.consent.provisioning import provision_cookie_groups
from portal.consent.scanner.crawl import walk
from portal.consent.scanner.declarations import declarations
from portal.consent.scanner.findings import Finding, Rule, findings_of
from portal.consent.scanner.sightings import Phase
from tests.browser.conftest import finish_requests
from tests.browser.test_public_pages import public_site  # noqa: F401 - a fixture

PLANTED = "tests.browser.planted_faults"
BEFORE_CONSENT = [Phase.NO_CHOICE]


@pytest.fixture(autouse=True)
def _declared(browser: Browser, live_server: LiveServer, site: Any) -> Any:
    provision_cookie_groups()
    yield
    finish_requests()


def scan(url: str, *options: str) -> dict[str, Any]:
    """The command as an operator runs it: in a thread that has no event loop yet."""

    def run() -> str:
        output = StringIO()
        try:
            call_command("scan_cookies", "--json", *options, url=url, stdout=output)
        finally:
            connections.close_all()
        return output.getvalue()

    with ThreadPoolExecutor(1) as pool:
        found: dict[str, Any] = json.loads(pool.submit(run).result())
    return found


def faults_on(
    browser: Browser, live_server: LiveServer, address: str, phases: list[Phase]
) -> list[Finding]:
    seen = walk(
        browser,
        live_server.url,
        starts=[address],
        limit=1,
        phases=phases,
        quiet_milliseconds=60,
    )
    return [fault for fault in findings_of(seen, declarations()) if fault.is_fault]


@pytest.mark.first
@pytest.mark.usefixtures("public_site")
def test_the_portal_is_green_in_all_six_phases(live_server: LiveServer) -> None:
    found = scan(live_server.url, "--quiet-milliseconds", "60")

    assert [finding for finding in found["findings"] if finding["is_fault"]] == []
    assert found["is_green"]
    assert {
        "/",
        "/treatments/knee-injections/",
        "/policies/sp-100/",
        "/policies/sp-100/history/",
        "/search/?q=a",
        "/cookies/",
        "/about/",
        "/no-such-page-for-the-scanner/",
    } <= set(found["pages"])
    # Declared and met: what the phases are for did happen.
    unseen = {finding["name"] for finding in found["findings"]}
    assert not unseen & {"statistics", "cookie_consent", "csrftoken"}
    assert ScanRun.objects.get().pages == found["pages"]


@pytest.mark.parametrize(
    ("address", "phases", "rule", "name"),
    [
        ("/planted/brief/", BEFORE_CONSENT, Rule.UNDECLARED, "brief"),
        ("/planted/storage/", BEFORE_CONSENT, Rule.UNDECLARED, "visitor"),
        ("/planted/early/", [Phase.REJECT], Rule.NOT_ALLOWED, "vuid"),
        ("/planted/stubborn/", [Phase.WITHDRAW], Rule.LEFT, "vuid"),
        ("/planted/elsewhere/", BEFORE_CONSENT, Rule.THIRD_PARTY, "tracker.invalid"),
        ("/planted/lasting/", BEFORE_CONSENT, Rule.TOO_LONG, "csrftoken"),
    ],
)
@pytest.mark.urls(PLANTED)
def test_a_planted_fault_is_found(
    browser: Browser,
    live_server: LiveServer,
    address: str,
    phases: list[Phase],
    rule: Rule,
    name: str,
) -> None:
    found = faults_on(browser, live_server, address, phases)

    assert (rule, name) in {(fault.rule, fault.name) for fault in found}
    assert {fault.name for fault in found} == {name}
    assert name in found[0].sentence


@pytest.mark.urls(PLANTED)
def test_a_fault_makes_the_command_fail_and_is_kept(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "COOKIE_CONSENT_NAME", "renamed")
    options = ["--limit", "1", "--quiet-milliseconds", "20"]

    with pytest.raises(CommandError) as failure:
        scan(live_server.url, *options)

    assert failure.value.returncode == 1
    run = ScanRun.objects.get()
    assert not run.is_green
    assert "renamed" in {finding["name"] for finding in run.findings}


def test_a_website_that_does_not_answer_is_named(live_server: LiveServer) -> None:
    with pytest.raises(CommandError, match=r"127\.0\.0\.1:9 cannot be opened"):
        scan("http://127.0.0.1:9")

    assert not ScanRun.objects.exists()
