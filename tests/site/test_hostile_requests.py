"""No request of the many that nobody ought to send is answered with a fault of ours.

PORTAL_HOSTILE_REQUESTS sets how many; the seed is fixed, so a failure comes back. The
last lines of the run say how long the slowest took.
"""

import gc
import os
import random
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http.cookie import SimpleCookie
from django.test import Client

from tests.site.door_addresses import address, routes, rows_of
from tests.site.door_objects import one_of_everybody, one_of_everything

NUMBER = int(os.environ.get("PORTAL_HOSTILE_REQUESTS", "300"))
SLOW_SECONDS = 2
SYSTEM_ADMINISTRATOR = "S"
PUBLIC = [
    "/",
    "/search/",
    "/policies/",
    "/treatments/",
    "/api/v1/policies/",
    "/api/v1/treatments/",
    "/api/v1/changes/",
    "/api/v1/openapi.json",
    "/sitemap.xml",
]
PARAMETERS = [
    "q",
    "p",
    "page",
    "id",
    "ids",
    "ordering",
    "order",
    "sort",
    "type",
    "locale",
    "next",
    "site",
    "status",
    "user",
    "limit",
    "offset",
    "cursor",
    "fields",
    "search",
    "action",
    "content_type",
    "collection_id",
    "tag",
    "tags",
    "object_type",
    "timestamp_from",
    "timestamp_to",
    "latest_revision_created_at_from",
    "created_at_to",
    "owner",
    "first_published_at_from",
    "go_live_at",
    "page_type",
    "parent",
    "results_per_page",
    "pk",
    "label",
    "uploading_user",
    "task",
    "reviewable",
    "position",
    "specialty",
    "updated_since",
    "as_of",
    "system",
    "code",
]
HOSTILE = [
    "",
    "\x00",
    "knee\x00surgery",
    "x" * 10_000,
    "word " * 1_000,
    '"',
    '"unbalanced knee',
    "'; drop table policies--",
    "%",
    "\\",
    "((((" * 200,
    "AND OR NOT",
    "9" * 30,
    str(2**63),
    str(-(2**63) - 1),
    "-1",
    "0",
    "1e400",
    "NaN",
    "2026-02-30",
    "0000-00-00",
    "99999-01-01",
    "2026-03-29T01:30",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "../../etc/passwd",
    "javascript:alert(1)",
    "\u202e\ud7ff\ufffe",
    "٣",
    "None",
    "[]",
    "{",
]


class Timed(NamedTuple):
    """Seconds of the processor and of the clock that one request took."""

    worked: float
    lasted: float
    what: str


def summed_up(timed: list[Timed]) -> str:
    """How many were slow, and the slowest; the clock sees other work as well."""
    slowest = max(timed)
    return (
        f"over {SLOW_SECONDS} s {sum(one.worked > SLOW_SECONDS for one in timed)} by "
        f"the processor and {sum(one.lasted > SLOW_SECONDS for one in timed)} by the "
        f"clock; slowest {slowest.worked:.2f} s and {slowest.lasted:.2f} s, "
        f"{slowest.what}; longest {max(one.lasted for one in timed):.2f} s on "
        f"{connection.vendor}"
    )


@pytest.fixture
def staff_addresses(site) -> list[str]:
    """Each address behind a door that the system administrator passes."""
    things = one_of_everything()
    found = {
        address(row, view, route, things)
        for view, route in routes()
        for row in rows_of(view)
        if SYSTEM_ADMINISTRATOR in row.who and "logout" not in view
    }
    return sorted(found)


def attempts(staff_addresses: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address with query, and form: empty forms first, one for each address."""
    chance = random.Random(20_000)
    bare = chance.sample(staff_addresses, min(len(staff_addresses), NUMBER // 3))
    for path in bare:
        yield "post", path, {}
    for _ in range(NUMBER - len(bare)):
        path = chance.choice(PUBLIC if chance.random() < 0.25 else staff_addresses)
        data = {
            name: chance.choice(HOSTILE)
            for name in chance.sample(PARAMETERS, chance.randint(1, 4))
        }
        if chance.random() < 0.2:
            yield "post", path, data
        else:
            yield "get", f"{path}?{urlencode(data)}", {}


@pytest.mark.django_db
def test_what_screens_of_wagtail_stumble_over_is_a_bad_request(site: Any) -> None:
    things = one_of_everything()
    client = one_of_everybody()[SYSTEM_ADMINISTRATOR]
    workflow = things.workflow.pk
    for path in (
        f"/admin/workflows/edit/{workflow}/?p=none",
        f"/admin/workflows/edit/{workflow}/?p=-1",
        f"/admin/workflows/edit/{workflow}/?p=99999",
        "/admin/images/chooser/?q=knee&tag=knee",
    ):
        assert client.get(path).status_code == 400, path
    assert client.get('/admin/documents/?q="unbalanced+knee').status_code == 200
    for path, form in (
        ("/admin/redirects/import/process/", {}),
        (f"/admin/workflows/enable/{workflow}/", {"next": "0"}),
    ):
        assert client.post(path, form).status_code == 400, path


# Django leaves the files of a form to the collector of garbage.
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_hostile_requests_are_never_faults_of_ours(
    staff_addresses, record_property
) -> None:
    client = one_of_everybody()[SYSTEM_ADMINISTRATOR]
    client.raise_request_exception = False
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    faults: list[str] = []
    timed: list[Timed] = []

    for method, path, data in attempts(staff_addresses):
        began, worked = time.perf_counter(), time.process_time()
        status, exception = answer_of(client, method, path, data)
        what = f"{method} {path[:120]}"
        timed.append(
            Timed(time.process_time() - worked, time.perf_counter() - began, what)
        )
        client.cookies = SimpleCookie(cookies)
        if status >= 500:
            faults.append(f"{method} {path[:150]} {exception}")

    sent = len(timed)
    record_property("hostile", f"{sent} sent, {len(faults)} faults; {summed_up(timed)}")
    gc.collect()
    assert not faults, "\n".join(faults)
    assert sent == NUMBER


def answer_of(
    client: Client, method: str, path: str, data: dict[str, Any]
) -> tuple[int, str]:
    """Status, and what went wrong; what the request did is undone."""
    with transaction.atomic():
        response = getattr(client, method)(path, data or None)
        fault = response.exc_info[1] if getattr(response, "exc_info", None) else ""
        response.getvalue()
        transaction.set_rollback(True)
    return response.status_code, repr(fault)[:200]
