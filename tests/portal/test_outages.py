"""A part is away: kept pages go on, everything else says 503 instead of hanging."""

import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from botocore.exceptions import BotoCoreError, EndpointConnectionError
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.models import Revision, Site

from portal import environment, errors, postgresql
from portal.cache.generation import Generation, Watch
from portal.cache.mark import Mark
from portal.settings.database import database_from_url
from tests.benchmarks.contenders import free_port, running, variables, wait_for
from tests.factories.approval import publish_policy
from tests.factories.faulty_proxy import FaultyProxy
from tests.factories.forms import editor_form
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people
from tests.rehearsal.visitors import until

KEPT, NOT_KEPT = "/policies/sp-100/", "/search/?q=sample"
# Far beyond what any answer may take: only a request that hangs gets there.
ANSWER_SECONDS = 30
BACK_SECONDS = 30
WORK_SECONDS = 6
# More than the threads of the process.
STAFF = 6
CSRF_TOKEN = "k" * 32


@pytest.fixture
def proxy() -> Iterator[FaultyProxy]:
    if connection.vendor != "postgresql":
        pytest.skip("A SQLite file is not reached over a network.")
    proxy = FaultyProxy(environment.text("TEST_DATABASE_URL"))
    yield proxy
    proxy.close()


@pytest.fixture
def portal(
    transactional_db: None, proxy: FaultyProxy, tmp_path: Path
) -> Iterator[SimpleNamespace]:
    """The production server with one worker, behind whose back the network fails."""
    people = sample_people()
    policy = PolicyPageFactory(reference="SP-100", author=people.author)
    publish_policy(policy, people)
    (tmp_path / "secret_key").write_text(settings.SECRET_KEY)
    port = free_port()
    environ = variables(
        tmp_path,
        proxy.url(connection.settings_dict["NAME"]),
        DJANGO_SETTINGS_MODULE="portal.settings.development",
        SERVER_PORT=str(port),
        SERVER_WORKERS="1",
    )
    del environ["SECRET_KEY"]
    client = Client()
    client.force_login(people.author)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    command = [sys.executable, "-m", "portal.server"]
    with running(command, environ, tmp_path / "log") as process:
        wait_for(port, KEPT, process)
        yield SimpleNamespace(port=port, session=session)


def ask(portal: SimpleNamespace, path: str, form: Any = None) -> SimpleNamespace:
    """The answer to a reader, or to a member of staff on staff's ground."""
    cookies = {settings.CSRF_COOKIE_NAME: CSRF_TOKEN}
    if path.startswith("/admin/"):
        cookies[settings.SESSION_COOKIE_NAME] = portal.session
    said = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Connection": "close", "X-CSRFToken": CSRF_TOKEN}
    if path.startswith("/admin/") or form:
        headers["Cookie"] = said
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    begun = time.monotonic()
    with closing(
        HTTPConnection("127.0.0.1", portal.port, timeout=ANSWER_SECONDS)
    ) as door:
        method = "POST" if form else "GET"
        door.request(method, path, urlencode(form) if form else None, headers)
        answer = door.getresponse()
        answer.read()
    return SimpleNamespace(
        begun=begun,
        status=answer.status,
        retry=answer.headers.get("Retry-After"),
        how=answer.headers.get("X-Cache"),
        policy=answer.headers.get("Content-Security-Policy"),
        seconds=time.monotonic() - begun,
    )


def wait_until_back(portal: SimpleNamespace) -> None:
    deadline = time.monotonic() + BACK_SECONDS
    while ask(portal, "/admin/").status != 200 or ask(portal, KEPT).how == "stale":
        assert time.monotonic() < deadline, "The portal did not come back by itself."
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_database_that_is_gone_silent_or_slow_hangs_nobody(
    portal: SimpleNamespace, proxy: FaultyProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    for mode in ("gone", "silent", "slow"):
        wait_until_back(portal)
        assert ask(portal, KEPT).status == 200
        proxy.set(mode)
        # What was known a moment ago may be relied on for that moment.
        time.sleep(0.5)

        first = ask(portal, "/admin/")
        kept = ask(portal, KEPT)
        refused = [
            ask(portal, "/admin/"),
            ask(portal, "/admin/account/", {"locale-preferred_language": "en"}),
            ask(portal, NOT_KEPT),
            ask(portal, "/staff/login/", {"login": "author", "password": "x"}),
            ask(portal, "/api/policies/"),
        ]
        proxy.set("open")

        assert (kept.status, kept.how) == (200, "stale"), mode
        for answer in (first, *refused):
            assert (answer.status, answer.retry) == (503, "30"), mode
        assert all(answer.policy for answer in refused[2:])
        longest = max(answer.seconds for answer in refused)
        with capsys.disabled():
            sys.stdout.write(
                f"\nDatabase {mode}: staff hear 503 after {first.seconds:.2f} s, then "
                f"{longest:.2f} s at most; a kept page {kept.seconds:.3f} s\n"
            )
    wait_until_back(portal)


@pytest.mark.django_db(transaction=True)
def test_staff_whose_requests_are_under_way_hear_503(
    portal: SimpleNamespace, proxy: FaultyProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    for mode in ("gone", "silent", "slow"):
        wait_until_back(portal)
        answers: list[SimpleNamespace] = []
        with at_work(portal, answers):
            time.sleep(WORK_SECONDS / 4)
            proxy.set(mode)
            cut_at = time.monotonic()
            time.sleep(WORK_SECONDS)
        proxy.set("open")

        after = [one for one in answers if one.begun + one.seconds > cut_at]
        failed = [one for one in after if one.status == 503]
        assert {one.status for one in after} <= {200, 302, 503}, mode
        assert failed, mode
        assert all(one.retry == "30" for one in failed), mode
        longest = max(one.seconds for one in after)
        under_way = [one.seconds for one in after if one.begun < cut_at]
        with capsys.disabled():
            sys.stdout.write(
                f"\nDatabase {mode}: {len(under_way)} acts of staff under way ended "
                f"after {max(under_way, default=0):.2f} s at most, "
                f"{len(after)} in all after {longest:.2f} s at most\n"
            )


@contextmanager
def at_work(portal: SimpleNamespace, answers: list[SimpleNamespace]) -> Iterator[None]:
    """Members of staff who open and post one thing after the other."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            answers.append(ask(portal, "/admin/"))
            form = {"locale-preferred_language": "en"}
            answers.append(ask(portal, "/admin/account/", form))

    staff = [threading.Thread(target=work) for _person in range(STAFF)]
    for person in staff:
        person.start()
    try:
        yield
    finally:
        over.set()
        for person in staff:
            person.join()


@pytest.mark.django_db(transaction=True)
def test_statement_under_way_ends_though_nothing_comes_back(
    proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = proxy.url(connection.settings_dict["NAME"])
    bounded = postgresql.BoundedConnection
    with bounded.connect(address, autocommit=True) as first:
        assert first.execute("SELECT 1").fetchone() == (1,)
        monkeypatch.setattr(postgresql, "LONGEST_SECONDS", 0.3)
        assert first.execute("SELECT pg_sleep(0.1)::text").fetchone() == ("",)
        proxy.set("silent")

        with pytest.raises(psycopg.OperationalError, match="did not answer"):
            first.execute("SELECT 1")
        assert first.closed

    proxy.set("open")
    monkeypatch.setattr(postgresql, "LONGEST_SECONDS", 60)
    monkeypatch.setattr(postgresql, "LONGEST_IN_AN_OUTAGE", 0.3)
    monkeypatch.setattr(postgresql, "outages", [KnownOutage()])
    with bounded.connect(address, autocommit=True) as second:
        proxy.set("silent")
        with pytest.raises(psycopg.OperationalError, match="did not answer"):
            second.execute("SELECT 1")


@pytest.mark.django_db
def test_nobody_queues_for_a_database_that_is_known_to_be_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("A SQLite file is opened without waiting.")
    monkeypatch.setattr(postgresql, "outages", [KnownOutage()])
    monkeypatch.setattr("portal.postgresql.base.outages", postgresql.outages)
    another = connection.copy()

    with pytest.raises(OperationalError, match="did not answer just now"):
        another.ensure_connection()


@pytest.mark.once
def test_who_waits_in_vain_makes_it_known_that_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cache.generation.ANSWER_SECONDS", 0.1)
    is_over = threading.Event()

    def hang(_known: Any) -> Any:
        is_over.wait(ANSWER_SECONDS)
        raise OperationalError("It was cut.")

    def fail(_known: Any) -> Any:
        raise OperationalError("It refuses.")

    hanging, failing, answering = (
        Watch(Mark(tmp_path / "mark"), ask)
        for ask in (hang, fail, lambda _known: Generation((1, 1)))
    )

    first = [watch.suspect() for watch in (hanging, failing, answering)]
    known = [until(watch.suspect, BACK_SECONDS) for watch in (hanging, failing)]
    begun = time.monotonic()
    told = [watch.current() for watch in (hanging, failing)]
    took = time.monotonic() - begun
    is_over.set()

    assert first == [False] * 3
    assert known == [True, True]
    # Nobody else waits for it any more.
    assert told == [None, None]
    assert took < ANSWER_SECONDS / 2
    assert [answering.suspect() for _time in range(5)] == [False] * 5
    assert answering.current() == Generation((1, 1))


class KnownOutage:
    def is_on(self) -> bool:
        return True

    suspect = is_on


@pytest.mark.once
def test_production_talks_to_postgresql_with_limits() -> None:
    options = database_from_url("postgresql://portal@localhost/portal")["OPTIONS"]

    assert options["connect_timeout"] <= 2
    assert options["pool"]["timeout"] <= 2
    assert options["pool"]["connection_class"] is postgresql.BoundedConnection
    assert "statement_timeout=30000" in options["options"]
    assert postgresql.LONGEST_SECONDS > 30


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_full_disk_is_said_saves_no_half_and_heals_by_itself(site: Site) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("A full disk under PostgreSQL is not to be had in a test.")
    people = sample_people()
    policy = PolicyPageFactory(reference="SP-100", author=people.author)
    client = Client(raise_request_exception=False)
    client.force_login(people.author)
    assert client.get("/admin/").status_code == 200
    address = reverse("wagtailadmin_pages:edit", args=[policy.pk])
    form = editor_form(policy, scope=f"<p>{'Many words. ' * 30_000}</p>")
    before = Revision.objects.count()

    limit_pages(1)
    full = client.post(address, form)
    read = client.get("/admin/").status_code
    limit_pages(2**30)
    after = client.post(address, form)

    assert (full.status_code, full["Retry-After"], read) == (503, "30", 200)
    assert after.status_code == 302
    assert Revision.objects.count() == before + 1


def limit_pages(most: int) -> None:
    """To so many pages of the file; SQLite takes no fewer than there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {most}")
        cursor.fetchone()


@pytest.mark.once
def test_only_what_is_away_counts_as_away() -> None:
    with pytest.raises(sqlite3.OperationalError) as mistake:
        sqlite3.connect(":memory:").execute("SELECT nothing FROM nowhere")
    with pytest.raises(OSError, match="No space left") as full:
        Path("/dev/full").write_bytes(b"words")

    assert status_after(as_django(mistake.value)) == 500
    assert status_after(ValueError("A fault of ours.")) == 500
    assert status_after(full.value) == 503
    assert status_after(EndpointConnectionError(endpoint_url="store")) == 503
    assert status_after(OperationalError("The connection is lost.")) == 503
    assert status_after(wrapped(OperationalError("The connection is lost."))) == 503


def as_django(error: sqlite3.OperationalError) -> Exception:
    try:
        raise OperationalError(str(error)) from error
    except OperationalError as raised:
        return raised


def wrapped(error: Exception) -> Exception:
    try:
        raise RuntimeError("While the page was made.") from error
    except RuntimeError as raised:
        return raised


def status_after(error: Exception) -> int:
    try:
        raise error
    except (OSError, ValueError, RuntimeError, BotoCoreError, DatabaseError):
        return errors.failed(RequestFactory().get("/")).status_code
