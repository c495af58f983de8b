"""The environment is read strictly, and an unsafe site is refused."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from policies.checks import approval_settings_are_in_place
from portal import checks, environment
from portal.evidence.checks import database_rules_are_installed
from portal.handlers import PortalHandler
from portal.settings.database import database_from_url


def ids(found: Iterable[CheckMessage]) -> set[str | None]:
    return {message.id for message in found}


@pytest.mark.parametrize(
    ("check", "setting", "value", "expected"),
    [
        ("consent_cookie_is_secure", "COOKIE_CONSENT_SECURE", False, "portal.E001"),
        ("sample_accounts_are_off", "SAMPLE_ACCOUNTS_ALLOWED", True, "portal.E002"),
        (
            "cache_is_shared",
            "CACHES",
            {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            "portal.E003",
        ),
    ],
)
def test_check_of_the_site_trips(
    check: str, setting: str, value: object, expected: str
) -> None:
    with override_settings(**{setting: value}):
        assert ids(getattr(checks, check)()) == {expected}


@override_settings(WAGTAIL_WORKFLOW_ENABLED=False)
def test_check_of_approval_trips() -> None:
    assert ids(approval_settings_are_in_place()) == {"policies.E001"}


@pytest.mark.django_db
def test_check_of_the_database_trips_when_a_rule_is_gone() -> None:
    on_table = " ON policies_decision" if connection.vendor == "postgresql" else ""
    assert ids(database_rules_are_installed(databases=["default"])) == set()

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER portal_rule_decision_is_allowed{on_table}")

    assert ids(database_rules_are_installed(databases=["default"])) == {"evidence.E001"}


def test_missing_value_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        environment.required("SECRET_KEY")


@pytest.mark.parametrize(("typed", "expected"), [("yes", True), ("0", False)])
def test_flag_reads_words(
    monkeypatch: pytest.MonkeyPatch, typed: str, expected: bool
) -> None:
    monkeypatch.setenv("MAIL_TLS", typed)

    assert environment.flag("MAIL_TLS") is expected


def test_flag_refuses_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TLS", "perhaps")

    with pytest.raises(ImproperlyConfigured, match="yes or no"):
        environment.flag("MAIL_TLS")


def test_local_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"

    first = environment.local_secret(path)

    assert environment.local_secret(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_other_databases_are_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql"):
        database_from_url("mysql://localhost/portal")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "is_atomic"), [("GET", False), ("HEAD", False), ("POST", True)]
)
def test_only_unsafe_requests_are_one_transaction(method: str, is_atomic: bool) -> None:
    seen: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(connection.in_atomic_block)
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    PortalHandler().make_view_atomic(view)(request)

    assert seen == [is_atomic]
