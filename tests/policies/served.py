"""The portal behind gunicorn, on the test database, to be killed and to come back."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection

from portal import environment

BOOTED = re.compile(r"Booting worker with pid: (\d+)")
CSRF_TOKEN = "k" * 32
START_SECONDS = 60
ANSWER_SECONDS = 60


@dataclass
class ServedPortal:
    """A master process, and the one worker that answers until it is killed."""

    master: subprocess.Popen[bytes]
    address: tuple[str, int]
    log: Path

    def worker(self, *, after: int = 0) -> int:
        """The process id of the worker that came after worker `after`."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.master.poll() is None:
            booted = BOOTED.findall(self.log.read_text())
            if booted and int(booted[-1]) != after:
                return int(booted[-1])
            time.sleep(0.01)
        raise RuntimeError(f"No worker came:\n{self.log.read_text()[-4000:]}")

    def post(self, path: str, data: dict[str, str], session: str) -> int | None:
        """The status of the answer; None when the server was gone before it came."""
        server = HTTPConnection(*self.address, timeout=ANSWER_SECONDS)
        cookies = {
            settings.SESSION_COOKIE_NAME: session,
            settings.CSRF_COOKIE_NAME: CSRF_TOKEN,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": CSRF_TOKEN,
            "Connection": "close",
        }
        try:
            server.request("POST", path, urlencode(data), headers)
            answer = server.getresponse()
            answer.read()
        except (ConnectionError, HTTPException):
            return None
        finally:
            server.close()
        return answer.status


def database_url() -> str:
    """The address of the database in which the test itself works."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    server = urlsplit(environment.text("TEST_DATABASE_URL"))
    return server._replace(path=f"/{name}").geturl()


@contextmanager
def served_portal(directory: Path) -> Iterator[ServedPortal]:
    """gunicorn with the code loaded in its master, so that a new worker is there soon.

    It keeps the development settings and the sessions of the test.
    """
    (directory / "secret_key").write_text(settings.SECRET_KEY)
    log = directory / "log"
    variables = {
        "PATH": str(Path(sys.executable).parent),
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": database_url(),
        "LOCAL_DATA_DIR": str(directory),
    }
    with (
        socket.create_server(("127.0.0.1", 0), backlog=16) as door,
        log.open("w") as to,
    ):
        bind = f"fd://{door.fileno()}"
        options = ["--preload", "--threads=4", "--no-control-socket", f"--bind={bind}"]
        config = "--config=python:tests.policies.served_hooks"
        master = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", config, *options, "portal.wsgi"],
            cwd=settings.BASE_DIR,
            env=variables,
            stdout=to,
            stderr=to,
            pass_fds=[door.fileno()],
        )
        try:
            yield ServedPortal(master, door.getsockname(), log)
        finally:
            master.terminate()
            master.wait(START_SECONDS)
