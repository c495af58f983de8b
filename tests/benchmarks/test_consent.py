"""What consent costs: bytes, queries, and the report over a million choices."""

import datetime
import sys
from pathlib import Path

import brotli
import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.consent import report
from portal.consent.models import DailyTotal, Method
from portal.consent.provisioning import provision_cookie_groups
from portal.consent.staff_forms import DAYS_SHOWN
from tests.factories.caches import CountingCache

SCRIPT = Path(settings.BASE_DIR) / "portal/static/portal/js/consent.js"
SCRIPT_BYTES = 2048
RECORDING_QUERIES = 12
GROUPS = 10
DAYS = 1000
CHOICES = 1_000_000


@pytest.fixture
def _ten_groups(settings, db):
    settings.CACHES = {
        "default": {"BACKEND": "tests.factories.caches.CountingCache", "LOCATION": "b"}
    }
    provision_cookie_groups()
    for number in range(GROUPS - 2):
        group = CookieGroup.objects.create(varname=f"group-{number}", name="Group")
        Cookie.objects.create(cookiegroup=group, name=f"cookie-{number}")


def say(capsys, line: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")


@pytest.mark.once
def test_the_script_is_small(capsys):
    size = len(brotli.compress(SCRIPT.read_bytes()))

    say(capsys, f"Consent script: {size} bytes with brotli, of {SCRIPT_BYTES}")
    assert size <= SCRIPT_BYTES


@pytest.mark.usefixtures("_ten_groups")
def test_state_and_choice_cost_little(client: Client, capsys):
    client.get(reverse("consent_state"))
    with CaptureQueriesContext(connection) as recording:
        client.post(reverse("cookie_consent_accept"), {"all_groups": "on"})
    CountingCache.reads.clear()
    with CaptureQueriesContext(connection) as state:
        client.get(reverse("consent_state"))

    say(
        capsys,
        f"{GROUPS} groups: a choice takes {len(recording)} queries; the state "
        f"{len(state)} queries and {len(CountingCache.reads)} reads of the cache",
    )
    assert len(recording) <= RECORDING_QUERIES
    assert (len(state), len(CountingCache.reads)) <= (0, 2)


@pytest.mark.django_db
def test_the_report_does_not_grow_with_the_choices(capsys):
    today = timezone.localdate()
    groups = ["statistics", "embedded-media", "surveys"]
    per_row = CHOICES // (DAYS * len(groups) * len(Method))
    DailyTotal.objects.bulk_create(
        DailyTotal(
            day=today - datetime.timedelta(days=number),
            varname=varname,
            method=method,
            granted=per_row,
            refused=1,
        )
        for number in range(DAYS)
        for varname in groups
        for method in Method
    )
    for days in (DAYS_SHOWN, DAYS):
        since = today - datetime.timedelta(days=days - 1)
        say(
            capsys,
            f"Report of {days} days over {CHOICES} choices: {cost(since, today)}",
        )


def cost(since: datetime.date, until: datetime.date) -> str:
    """What the screen reads: the charts, the number of rows, and the first page."""
    wanted = {"since": since, "until": until}
    with CaptureQueriesContext(connection) as queries:
        charts = report.charts(wanted)
        count = report.totals(wanted).count()
        page = list(report.totals(wanted)[:100])
    assert (len(charts), len(page)) == (3, 100)
    assert count == ((until - since).days + 1) * 3 * len(Method)
    taken = sum(float(query["time"]) for query in queries) * 1000
    return f"{taken:.0f} ms in the database, {len(queries)} queries, {count} totals"
