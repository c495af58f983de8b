"""A portal with sample content on this machine, removed when the audit ends."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREPARATION = [
    ["migrate", "--verbosity", "0"],
    ["createcachetable"],
    ["provision_site"],
    ["load_sample_content"],
    ["collectstatic", "--noinput", "--verbosity", "0"],
]
START_SECONDS = 60


@contextmanager
def trial_site(folder: Path) -> Iterator[str]:
    """The address of a served portal, like `http://127.0.0.1:41234`."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    surroundings = {**os.environ, **environment_of(folder, base)}
    log = (folder / "site.log").open("wb")
    for words in PREPARATION:
        subprocess.run(
            [sys.executable, "manage.py", *words],
            env=surroundings,
            stdout=log,
            stderr=log,
            check=True,
        )
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "portal.server"),
        ],
        env={**surroundings, "SERVER_PORT": str(port)},
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"{base}/")
        yield base
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def environment_of(folder: Path, base: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tests.audit.settings",
        "LOCAL_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "CONSENT_PEPPER": secrets.token_urlsafe(24),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": base,
        "SSL_REDIRECT": "no",
        "PORTAL_LANGUAGES": "ur, pl",
        "MAIL_FROM": "portal@example.org",
        "PORTAL_SAMPLE_PASSWORD": secrets.token_urlsafe(12),
        "SECURITY_CONTACT": "mailto:security@example.org",
        "SECURITY_CONTACT_EXPIRES": time.strftime(
            "%Y-%m-%d", time.localtime(time.time() + 300 * 86400)
        ),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=10).close()
            return
        except (urllib.error.URLError, TimeoutError):
            if time.monotonic() > end:
                raise
            time.sleep(0.3)
