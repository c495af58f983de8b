"""What an operator sees: numbers of requests, slow queries, figures, readiness."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from wagtail.models import Site

from portal import environment
from portal.audit.context import NOBODYS, AuditMiddleware
from portal.logs import JSONFormatter, LineFormatter
from portal.observation.middleware import ObservationMiddleware

TOKEN = "a-token-of-the-one-who-watches"
COUNTS_TO_A_MILLION = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
    "SELECT max(i) FROM n WHERE i > %s"
)


def figures(client: Client) -> dict[str, float]:
    answer = client.get(
        "/health/metrics/", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def test_figures_are_for_the_token_alone(
    client: Client, site: Site, settings: Any
) -> None:
    address = "/health/metrics/"
    assert client.get(address, headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for given in ("", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer é"):
        headers = {"Authorization": given.encode().decode("latin-1")}
        assert client.get(address, headers=headers).status_code == 404, given


def test_figures_tell_of_requests_and_of_work(
    client: Client, site: Site, settings: Any
) -> None:
    settings.METRICS_TOKEN = TOKEN
    before = figures(client)
    client.get("/search/?q=knee")
    client.get("/no-such-page/")
    call_command("policy_tick")
    call_command("verify_ledger")

    after = figures(client)

    found = 'portal_requests_total{route="search",status="200"}'
    assert after[found] == before.get(found, 0) + 1
    missing = 'portal_requests_total{route="other",status="404"}'
    assert after[missing] == before.get(missing, 0) + 1
    assert after['portal_request_seconds_count{route="search"}'] >= 1
    assert after["portal_database_up"] == 1
    assert after['portal_tasks{status="ready"}'] == 0
    assert after["portal_due_overdue"] == 0
    assert 'portal_job_age_seconds{job="policy_tick"}' not in before
    assert 0 <= after['portal_job_age_seconds{job="policy_tick"}'] < 60
    assert 0 <= after['portal_job_age_seconds{job="verify_ledger"}'] < 60


@pytest.mark.once
def test_processes_of_one_server_count_together(tmp_path: Path) -> None:
    script = (
        "import django; django.setup()\n"
        "from portal.observation import figures\n"
        "figures.count_request('/search/', 200, 0.1)\n"
        "figures.count_request('/search/' * 40, 200, 0.1)\n"
        "print(figures.as_text().decode())\n"
    )
    variables = {
        **environment.everything(),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://portal@127.0.0.1:9/nowhere",
        "LOCAL_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
    }
    said = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=current.BASE_DIR,
            env=variables,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _process in range(2)
    ]

    assert 'portal_requests_total{route="search",status="200"} 4.0' in said[1]
    assert "portal_database_up 0.0" in said[1]


@pytest.mark.django_db
def test_slow_query_is_logged_without_its_values(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SLOW_QUERY_MS = 1
    rows: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(COUNTS_TO_A_MILLION.format(300_000), [271_828])
            rows.append(cursor.fetchone())
        return HttpResponse()

    ObservationMiddleware(view)(HttpRequest())

    assert rows == [(300_000,)]
    [line] = [one for one in caplog.messages if "WITH RECURSIVE" in one]
    assert line.startswith("Slow query, ")
    assert "271" not in line


@pytest.mark.once
def test_log_lines_carry_the_request_and_no_person(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    lines: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        try:
            raise ValueError("amina@example.org\nDETAIL:  Key (name)=(Amina) exists")
        except ValueError:
            record = logging.LogRecord(
                "portal", logging.ERROR, "", 1, "No mail to %s",
                ("amina@example.org",), sys.exc_info(),
            )  # fmt: skip
        lines.append(JSONFormatter().format(record))
        lines.append(LineFormatter("[%(request_id)s] %(message)s").format(record))
        return HttpResponse()

    request = HttpRequest()
    request.META["HTTP_X_REQUEST_ID"] = "proxy-0001"
    AuditMiddleware(view)(request)

    entry = json.loads(lines[0])
    assert entry["request_id"] == "proxy-0001"
    assert entry["message"] == "No mail to [address]"
    assert "ValueError" in entry["exception"]
    assert lines[1].startswith("[proxy-0001] No mail to [address]")
    assert "amina" not in "".join(lines).lower()


@pytest.mark.once
@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, "proxy-0001", True),
        (0, "proxy-0001", False),
        (1, "two words", False),
        (1, "x" * 65, False),
        (1, "", False),
    ],
)
def test_number_of_a_request_comes_from_a_proxy_of_ours_or_is_made(
    settings: Any, proxies: int, given: str, is_taken: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = HttpRequest()
    request.META["HTTP_X_REQUEST_ID"] = given

    answer = AuditMiddleware(lambda request: HttpResponse())(request)

    assert (answer["X-Request-ID"] == given) is is_taken
    assert len(answer["X-Request-ID"]) >= 8
    assert NOBODYS.request_id == ""


def test_ready_says_what_is_missing(client: Client, site: Site) -> None:
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.content) == (200, b"database: ok\ncache: ok\n")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'heartbeats'")
    answer = client.get("/health/ready/")

    assert answer.status_code == 503
    assert answer.content == b"database: 1 migrations missing\ncache: ok\n"
