"""Two real server processes: what one of them published, no other shows as it was."""

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from policies.models import ChangeRequest, PolicyPage, Verdict
from portal import environment
from tests.factories import nginx
from tests.factories.approval import deciders, publish_policy, submit, write_draft
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people
from tests.policies.served import ServedPortal, database_url

pytestmark = pytest.mark.django_db(transaction=True)
START_SECONDS = 60
ROUNDS = 3
READERS = 12
ADDRESS = "/policies/sp-100/"


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    return sample_people()


@pytest.fixture
def policy(people: SimpleNamespace) -> PolicyPage:
    policy = PolicyPageFactory(reference="SP-100", author=people.author)
    publish_policy(policy, people)
    return policy


@pytest.fixture
def served(policy: PolicyPage, tmp_path: Path) -> Iterator[ServedPortal]:
    """The production server with two workers, on the database of the test."""
    (tmp_path / "secret_key").write_text(settings.SECRET_KEY)
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = door.getsockname()
    log = tmp_path / "log"
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": database_url(),
        "LOCAL_DATA_DIR": str(tmp_path),
        "SERVER_PORT": str(address[1]),
    }
    command = [sys.executable, "-m", "portal.server"]
    with log.open("w") as to:
        server = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=variables, stdout=to, stderr=to
        )
    portal = ServedPortal(server, address, log)
    try:
        wait_for_both(portal)
        yield portal
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def wait_for_both(portal: ServedPortal) -> None:
    """Until each of the two workers made the page once."""
    deadline, made = time.monotonic() + START_SECONDS, 0
    while made < 2 and time.monotonic() < deadline and portal.master.poll() is None:
        try:
            made += read(portal)[1] == "miss"
        except OSError:
            time.sleep(0.05)
    assert made == 2, portal.log.read_text()[-4000:]


def read(portal: ServedPortal) -> tuple[str, str]:
    """The page and whether it was kept, over a connection of its own."""
    status, headers, page = ask(portal.address, ADDRESS)
    assert status == 200
    return page, headers.get("X-Cache", "")


def ask(
    address: tuple[str, int], path: str, **headers: str
) -> tuple[int, HTTPMessage, str]:
    reader = HTTPConnection(*address, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reader.request("GET", path, headers=named)
        answer = reader.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        reader.close()


def session_of(person: Any) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def publish_over_http(
    portal: ServedPortal, policy: PolicyPage, people: SimpleNamespace, note: str
) -> None:
    """Another wording, up to the decision with which it is public."""
    write_draft(policy, people.author, lay_summary=note, change_note=note)
    change: ChangeRequest = submit(policy, people.author)
    for person in deciders(change, people):
        form = {
            "verdict": Verdict.APPROVE,
            "note": "Checked.",
            "seen_hash": change.content_hash,
        }
        path = reverse("policy_change_decide", args=[change.pk])
        assert portal.post(path, form, session_of(person)) == 302


def test_no_worker_shows_the_former_text_after_a_publication_returned(
    served: ServedPortal, policy: PolicyPage, people: SimpleNamespace
) -> None:
    shown: Counter[bool] = Counter()
    kept: Counter[str] = Counter()

    for number in range(ROUNDS):
        note = f"Wording number {number} of this policy."
        publish_over_http(served, policy, people, note)
        pages = [read(served) for _reader in range(READERS)]
        shown.update(note in page for page, _how in pages)
        kept.update(how for _page, how in pages)

    assert shown == {True: ROUNDS * READERS}
    # Each worker made each text once, and gave it from memory afterwards.
    assert kept["miss"] <= 2 * ROUNDS
    assert kept["hit"] >= ROUNDS * (READERS - 2)
    assert "Traceback" not in served.log.read_text()


@pytest.mark.once
@pytest.mark.skipif(
    nginx.program() is None and not environment.flag("CI"),
    reason="No nginx on this machine.",
)
def test_the_shipped_nginx_serves_fresh_pages_and_stale_ones_without_the_portal(
    served: ServedPortal, policy: PolicyPage, people: SimpleNamespace, tmp_path: Path
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.0123456789ab.css").write_text("p { color: black }")
    with socket.create_server(("127.0.0.1", 0)) as door:
        front = door.getsockname()
    configuration = nginx.shipped(
        tmp_path / "nginx", port=front[1], upstream=served.address[1], data=tmp_path
    )

    with nginx.running(tmp_path / "nginx", configuration, front[1]):
        numbered = ask(front, ADDRESS, X_Request_ID="from-outside-1")
        unlike = ask(front, ADDRESS, X_Request_ID="<script>")
        note = "Wording that comes through the front."
        publish_over_http(served, policy, people, note)
        time.sleep(settings.SHARED_CACHE_SECONDS)
        fresh = ask(front, ADDRESS)
        staff = ask(front, ADDRESS, Cookie="a=1; sessionid=nobody")
        hashed = ask(front, "/static/site.0123456789ab.css")
        private = ask(front, "/media/documents/x.pdf")
        health = ask(front, "/health/live/")
        served.master.terminate()
        served.master.wait(START_SECONDS)
        time.sleep(settings.SHARED_CACHE_SECONDS)
        without = ask(front, ADDRESS)
        unknown = ask(front, "/about/")
        log = (tmp_path / "nginx" / "access.log").read_text()

    assert numbered[0] == 200
    assert numbered[1]["X-Request-ID"] == "from-outside-1"
    assert re.fullmatch(r"[0-9a-f]{32}", unlike[1]["X-Request-ID"])
    assert note not in numbered[2]
    assert note in fresh[2]
    assert staff[1]["X-Front-Cache"] == "BYPASS"
    assert hashed[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (private[0], health[0]) == (404, 200)
    assert (without[0], without[1]["X-Front-Cache"]) == (200, "STALE")
    assert note in without[2]
    assert unknown[0] == 502
    assert "127.0.0.1" not in log
