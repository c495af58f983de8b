"""The environment is read strictly, and an unsafe site is refused."""

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.checks import CheckMessage
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from policies.checks import approval_settings_are_in_place
from portal import checks, environment
from portal.accounts.drift import roles_are_as_in_the_table
from portal.evidence.checks import database_rules_are_installed
from portal.handlers import PortalHandler
from portal.settings.database import database_from_url
from portal.sign_in import checks as sign_in


def ids(found: Iterable[CheckMessage]) -> set[str | None]:
    return {message.id for message in found}


LOCAL_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# By what each check trips that looks at settings: the check, settings, its id.
TRIPPED_BY_SETTINGS = [
    (checks.consent_cookie_is_secure, {"COOKIE_CONSENT_SECURE": False}, "portal.E001"),
    (checks.sample_accounts_are_off, {"SAMPLE_ACCOUNTS_ALLOWED": True}, "portal.E002"),
    (checks.cache_is_shared, {"CACHES": LOCAL_CACHE}, "portal.E003"),
    (checks.bucket_is_described, {"MEDIA_ENDPOINT": "https://s3"}, "portal.E031"),
    (
        checks.bucket_is_described,
        {"MEDIA_BUCKET": "uploads", "MEDIA_ACCESS_KEY": "key"},
        "portal.E032",
    ),
    (checks.redis_has_an_address, {"REDIS_URL": "cache.example:6379"}, "portal.E033"),
    (
        approval_settings_are_in_place,
        {"WAGTAIL_WORKFLOW_ENABLED": False},
        "policies.E001",
    ),
    (
        sign_in.second_factor_is_required,
        {"REQUIRE_SECOND_FACTOR": False},
        "sign_in.E001",
    ),
    (sign_in.sessions_end, {"STAFF_SESSION_HOURS": 13}, "sign_in.E002"),
    (sign_in.sessions_end, {"STAFF_SESSION_IDLE_MINUTES": 31}, "sign_in.E002"),
    (sign_in.somebody_can_sign_in, {"PASSWORD_SIGN_IN": False}, "sign_in.E003"),
    (
        sign_in.groups_map_to_roles,
        {"SSO_GROUP_ROLES": {"a": "No role"}},
        "sign_in.E004",
    ),
    (
        sign_in.provider_is_reached_safely,
        {"SSO_ISSUER": "http://x.example"},
        "sign_in.E005",
    ),
]
# In the tests of what they belong to: statistics, what search engines need, search, the
# cache.
TRIPPED_ELSEWHERE = {f"statistics.E00{number}" for number in range(1, 6)} | {
    "portal.E015",
    "portal.E016",
    "search.E001",
    "cache.E001",
}
TRIPPED_OTHERWISE = {"portal.E004", "evidence.E001", "accounts.W001"}
OUR_PACKAGES = ("portal", "pages", "policies")


@pytest.mark.parametrize(("check", "values", "expected"), TRIPPED_BY_SETTINGS)
def test_check_trips(
    check: Callable[[], Iterable[CheckMessage]], values: dict[str, Any], expected: str
) -> None:
    with override_settings(**values):
        assert ids(check()) == {expected}


@pytest.mark.once
def test_every_check_of_ours_is_tripped_by_a_test() -> None:
    ours = [
        check
        for check in registry.get_checks(include_deployment_checks=True)
        if check.__module__.partition(".")[0] in OUR_PACKAGES
    ]
    written = {
        found
        for check in ours
        for found in re.findall(r'\bid="(\w+\.[A-Z]\d+)"', inspect.getsource(check))
    }

    assert len(written) >= len(ours) > 0
    assert written == TRIPPED_OTHERWISE | TRIPPED_ELSEWHERE | {
        case[2] for case in TRIPPED_BY_SETTINGS
    }


def test_check_of_a_writing_api_trips(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(checks.write_api_is_not_mounted()) == set()
    monkeypatch.setattr(apps, "is_installed", lambda name: name == "wagtail.api.v3")

    assert ids(checks.write_api_is_not_mounted()) == {"portal.E004"}


@pytest.mark.django_db
def test_check_of_roles_trips_when_a_group_is_added() -> None:
    assert ids(roles_are_as_in_the_table(databases=["default"])) == set()
    Group.objects.create(name="Editors")

    assert ids(roles_are_as_in_the_table(databases=["default"])) == {"accounts.W001"}


@pytest.mark.once
def test_passwords_follow_ncsc() -> None:
    """Long and not common; no kinds of characters, and no expiry anywhere."""
    validate_password("correct horse otters")
    for refused in ("elevenchars", "password1234"):
        with pytest.raises(ValidationError):
            validate_password(refused)
    names = {validator["NAME"] for validator in settings.AUTH_PASSWORD_VALIDATORS}
    assert {name.rpartition(".")[2] for name in names} == {
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "UserAttributeSimilarityValidator",
    }


@pytest.mark.django_db
def test_check_of_the_database_trips_when_a_rule_is_gone() -> None:
    on_table = " ON policies_decision" if connection.vendor == "postgresql" else ""
    assert ids(database_rules_are_installed(databases=["default"])) == set()

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER portal_rule_decision_is_allowed{on_table}")

    assert ids(database_rules_are_installed(databases=["default"])) == {"evidence.E001"}


@pytest.mark.once
def test_missing_value_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        environment.required("SECRET_KEY")


@pytest.mark.once
@pytest.mark.parametrize(("typed", "expected"), [("yes", True), ("0", False)])
def test_flag_reads_words(
    monkeypatch: pytest.MonkeyPatch, typed: str, expected: bool
) -> None:
    monkeypatch.setenv("MAIL_TLS", typed)

    assert environment.flag("MAIL_TLS") is expected


@pytest.mark.once
def test_flag_refuses_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_TLS", "perhaps")

    with pytest.raises(ImproperlyConfigured, match="yes or no"):
        environment.flag("MAIL_TLS")


@pytest.mark.once
def test_local_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"

    first = environment.local_secret(path)

    assert environment.local_secret(path) == first
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.once
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
