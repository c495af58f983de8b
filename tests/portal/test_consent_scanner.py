"""How the scanner judges what it saw, and who reads its findings."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.urls import reverse

from portal.consent.models import ItemKind, ScanRun
from portal.consent.scanner.crawl import Walk, page_type
from portal.consent.scanner.declarations import Declaration, declarations
from portal.consent.scanner.findings import Rule, findings_of
from portal.consent.scanner.sightings import Phase, Sighting, read_cookie
from tests.factories.people import UserFactory

pytestmark = pytest.mark.once

DAY = 86400
ESSENTIAL = Declaration("session", ItemKind.COOKIE, "Essential", is_required=True)
VISITS = Declaration(
    "_ga*", ItemKind.COOKIE, "Statistics", is_required=False, seconds=30 * DAY
)
SESSION_OF_STAFF = Declaration(
    "staff", ItemKind.COOKIE, "Essential", is_required=True, is_for_staff=True
)
MAPS = Declaration("maps.example", ItemKind.REQUEST, "Maps", is_required=False)
DECLARED = [ESSENTIAL, VISITS, SESSION_OF_STAFF, MAPS]


def seen(kind: str, name: str, phase: Phase, **more: Any) -> Sighting:
    return Sighting(kind, name, phase, "/", **more)


def rules_for(*sightings: Sighting) -> set[Rule]:
    found = findings_of(Walk(sightings=list(sightings)), DECLARED)
    return {finding.rule for finding in found if finding.is_fault}


@pytest.mark.parametrize(
    ("text", "name", "seconds", "is_expiry"),
    [
        ("a=1", "a", None, False),
        ("a=1; Path=/; Max-Age=60", "a", 60, False),
        ("a=; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "a", 0, True),
        ("a=; expires=Thu, 01 Jan 1970 00:00:00 GMT", "a", None, True),
        ("a=1; expires=whenever", "a", None, False),
        ("a=1; max-age=soon", "a", None, False),
        ("nameless", "", None, False),
    ],
)
def test_a_written_cookie_is_read_as_browsers_do(
    text: str, name: str, seconds: int | None, is_expiry: bool
) -> None:
    cookie = read_cookie(text)

    assert cookie.name == name
    assert cookie.is_expiry == is_expiry
    assert seconds is None or cookie.seconds == seconds


@pytest.mark.parametrize("phase", Phase)
def test_what_is_essential_and_declared_is_never_a_fault(phase: Phase) -> None:
    assert rules_for(seen("cookie", "session", phase)) == set()


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("cookie", "other"),
        ("cookie", "staff"),
        ("local-storage", "session"),
        ("indexed-db", "_ga"),
        ("cache", "anything"),
    ],
)
def test_what_visitors_were_not_told_is_a_fault_in_every_phase(
    phase: Phase, kind: str, name: str
) -> None:
    assert rules_for(seen(kind, name, phase)) == {Rule.UNDECLARED}


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.ACCEPT])
def test_an_optional_item_needs_a_yes(phase: Phase) -> None:
    assert rules_for(seen("cookie", "_ga_X1", phase)) == {Rule.NOT_ALLOWED}


def test_an_optional_item_is_fine_after_a_yes() -> None:
    assert rules_for(seen("cookie", "_ga_X1", Phase.ACCEPT)) == set()


def test_what_is_left_after_withdrawal_is_named_as_such() -> None:
    own = seen("cookie", "_ga", Phase.WITHDRAW, is_left=True)
    of_others = seen("cookie", "_ga", Phase.WITHDRAW, is_left=True, host="a.example")

    assert rules_for(own) == {Rule.LEFT}
    assert rules_for(of_others) == set()


@pytest.mark.parametrize(
    ("host", "phase", "expected"),
    [
        ("maps.example", Phase.ACCEPT, set()),
        ("maps.example", Phase.NO_CHOICE, {Rule.THIRD_PARTY}),
        ("maps.example", Phase.GPC, {Rule.THIRD_PARTY}),
        ("maps.example", Phase.WITHDRAW, {Rule.THIRD_PARTY}),
        ("b.example", Phase.ACCEPT, {Rule.UNDECLARED}),
        ("b.example", Phase.REJECT, {Rule.UNDECLARED, Rule.THIRD_PARTY}),
    ],
)
def test_another_website_is_asked_only_after_a_yes(
    host: str, phase: Phase, expected: set[Rule]
) -> None:
    assert rules_for(seen("request", host, phase, host=host)) == expected


@pytest.mark.parametrize(
    ("name", "seconds", "expected"),
    [
        ("_ga", 30 * DAY, set()),
        ("_ga", 400 * DAY, {Rule.TOO_LONG}),
        ("session", None, set()),
        ("session", 60, {Rule.TOO_LONG}),
    ],
)
def test_a_cookie_stays_no_longer_than_declared(
    name: str, seconds: int | None, expected: set[Rule]
) -> None:
    assert rules_for(seen("cookie", name, Phase.ACCEPT, seconds=seconds)) == expected


def test_what_is_declared_and_never_met_is_a_warning() -> None:
    walk = Walk(sightings=[seen("cookie", "session", Phase.NO_CHOICE)])

    found = findings_of(walk, DECLARED)

    assert {(finding.rule, finding.name) for finding in found} == {
        (Rule.NEVER_SEEN, "_ga*"),
        (Rule.NEVER_SEEN, "maps.example"),
    }
    assert not any(finding.is_fault for finding in found)


def test_the_same_fault_is_told_once_where_it_was_met_first() -> None:
    first = Sighting("cookie", "other", Phase.NO_CHOICE, "/first/")
    later = Sighting("cookie", "other", Phase.REJECT, "/later/", seconds=9)

    found = findings_of(Walk(sightings=[first, later]), [])

    assert [finding.page for finding in found] == ["/first/"]


def test_declarations_are_those_of_the_published_notice(site: Any) -> None:
    drafted = Cookie.objects.create(
        cookiegroup=CookieGroup.objects.get(varname="essential"), name="drafted"
    )

    declared = {item.name: item for item in declarations()}

    assert drafted.name not in declared
    assert declared["sessionid"].is_for_staff
    assert declared["cookie_consent"].seconds == 365 * DAY
    assert declared["csrftoken"].seconds is None
    assert declared["statistics"].kind == ItemKind.REQUEST


@pytest.mark.parametrize(
    ("address", "other", "is_same"),
    [
        ("/policies/sp-1/", "/policies/sp-2/", True),
        ("/policies/sp-1/", "/policies/sp-1/history/", False),
        ("/treatments/a/", "/treatments/b/", True),
        ("/treatments/specialty/a/", "/treatments/specialty/b/", True),
        ("/treatments/", "/treatments/?letter=A", False),
        ("/search/?q=a", "/search/?q=b", True),
        ("/about/", "/privacy/", False),
    ],
)
def test_pages_of_one_type_are_told_from_others(
    address: str, other: str, is_same: bool
) -> None:
    assert (page_type(address) == page_type(other)) == is_same


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", ""])
def test_the_address_of_the_website_is_written_in_full(url: str) -> None:
    with pytest.raises(CommandError, match="in full"):
        call_command("scan_cookies", url=url)


@pytest.mark.django_db
def test_a_server_without_playwright_says_so_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)

    with pytest.raises(CommandError, match=r"^Playwright is missing: .*\.$"):
        call_command("scan_cookies", url="http://127.0.0.1:9")


@pytest.mark.django_db
def test_a_machine_without_chromium_says_so_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))

    def scan() -> None:
        try:
            call_command("scan_cookies", url="http://127.0.0.1:9")
        finally:
            connections.close_all()

    # A thread of its own: that of the browser tests has an event loop already.
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(scan)
        with pytest.raises(CommandError, match=r"^Chromium is missing: .*\.$"):
            outcome.result()


FAULT = {
    "rule": "undeclared",
    "kind": "cookie",
    "name": "<b>x",
    "sentence": "Cookie “<b>x” is not declared for visitors.",
    "phase": "no choice",
    "page": "/contact/",
    "is_fault": True,
}


@pytest.mark.parametrize("role", ["Cookie settings manager", "Data protection officer"])
def test_manager_and_officer_read_the_last_findings(
    client: Client, site: Any, role: str
) -> None:
    client.force_login(UserFactory(roles=[role]))
    address = reverse("consent_scans")
    assert "has not run yet" in client.get(address).content.decode()
    earlier = ScanRun.objects.create(url="https://a.example", is_green=True)
    ScanRun.objects.create(
        url="https://b.example", is_green=False, pages=["/"], findings=[FAULT]
    )

    last = client.get(address).content.decode()
    before = client.get(reverse("consent_scan", args=[earlier.pk])).content.decode()

    assert "1 fault found" in last
    assert "Cookie “&lt;b&gt;x” is not declared" in last
    assert "No fault was found" in before
    assert address in client.get("/admin/").content.decode()
    assert client.get(reverse("consent_scan", args=[999])).status_code == 404


def test_other_roles_do_not_see_the_findings(client: Client, site: Any) -> None:
    client.force_login(UserFactory(roles=["Policy author"]))

    assert client.get(reverse("consent_scans")).status_code == 403
