"""The portal with the settings of production has the best grade of the Observatory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.factories.production import HOST, PRODUCTION
from tests.policies.served import database_url
from tests.portal.observatory import Scanned, score

pytestmark = pytest.mark.once
PROMISED = 130
ADDRESSES = ["/", "/search/?q=knee", "/policies/", "/treatments/", "/cookies/"]
START_SECONDS = 60


@pytest.fixture
def served(site: Any, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The production server with the settings of production, as behind a proxy."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = door.getsockname()
    variables = {
        **PRODUCTION,
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "DATABASE_URL": database_url(),
        "LOCAL_DATA_DIR": str(tmp_path),
        "SERVER_PORT": str(address[1]),
    }
    for command in ("collectstatic --noinput", "createcachetable"):
        manage = [sys.executable, "manage.py", *command.split(), "-v", "0"]
        subprocess.run(manage, cwd=settings.BASE_DIR, env=variables, check=True)
    log = tmp_path / "log"
    with log.open("w") as to:
        server = subprocess.Popen(
            [sys.executable, "-m", "portal.server"],
            cwd=settings.BASE_DIR,
            env=variables,
            stdout=to,
            stderr=to,
        )
    try:
        wait_for(server, address, log)
        yield address
    finally:
        server.terminate()
        server.wait(START_SECONDS)


def wait_for(server: subprocess.Popen[bytes], address: Any, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if ask(address, "/", "https")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-4000:]}")


def ask(address: Any, path: str, scheme: str) -> tuple[int, HTTPMessage, str]:
    reader = HTTPConnection(*address, timeout=30)
    try:
        reader.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": scheme})
        answer = reader.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        reader.close()


def scan(address: Any, path: str) -> Scanned:
    status, headers, body = ask(address, path, "https")
    assert status == 200, path
    status_without, headers_without, _body = ask(address, path, "http")
    return Scanned(
        url=f"https://{HOST}{path}",
        headers=headers,
        body=body,
        status_without=status_without,
        location_without=headers_without.get("Location", ""),
    )


@pytest.mark.django_db(transaction=True)
def test_public_pages_reach_the_best_grade(served, record_property) -> None:
    scores = {path: score(scan(served, path)) for path in ADDRESSES}

    listed = ", ".join(f"{path} {one.points}" for path, one in scores.items())
    record_property("observatory", f"{listed} ({scores['/'].grade})")
    for path, one in scores.items():
        assert one.points >= PROMISED, (path, one.modifiers)
        assert one.grade == "A+", path


FRAMES = "frame-ancestors 'none'"
GOOD = {
    "Content-Security-Policy": f"default-src 'none'; {FRAMES}",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def scanned_with(**changes: str | None) -> Scanned:
    headers = HTTPMessage()
    for name, value in {**GOOD, **changes}.items():
        if value is not None:
            headers[name] = value
    return Scanned(f"https://{HOST}/", headers, "", 301, f"https://{HOST}/")


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 130),
        ({"Content-Security-Policy": None}, 55),
        ({"Content-Security-Policy": f"script-src https:; {FRAMES}"}, 80),
        ({"Content-Security-Policy": f"default-src 'self'; {FRAMES}"}, 125),
        ({"Content-Security-Policy": "default-src 'self'"}, 80),
        ({"Content-Security-Policy": f"default-src data:; {FRAMES}"}, 80),
        ({"Strict-Transport-Security": None}, 80),
        ({"Strict-Transport-Security": "max-age=60"}, 120),
        ({"X-Content-Type-Options": None}, 125),
        ({"Referrer-Policy": "unsafe-url"}, 120),
        ({"Cross-Origin-Resource-Policy": None}, 120),
        ({"Set-Cookie": "sessionid=1; Secure"}, 70),
        ({"Set-Cookie": "choice=1; Secure; SameSite=Lax"}, 135),
    ],
)
def test_the_score_follows_the_published_table(changes, points) -> None:
    assert score(scanned_with(**changes)).points == points


def test_the_score_looks_at_scripts_and_at_plain_http() -> None:
    foreign = '<script src="https://cdn.example/a.js"></script>'
    signed = '<script src="/a.js" integrity="sha256-a"></script>'
    good = scanned_with()

    assert score(replace(good, body=foreign)).points == 125
    assert score(replace(good, body=signed)).points == 135
    assert score(replace(good, status_without=200)).points == 80
    elsewhere = replace(good, location_without="https://www.example.org/")
    assert score(elsewhere).points == 125
