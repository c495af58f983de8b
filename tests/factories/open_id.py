"""A real OpenID Connect provider on this machine, and a portal that trusts it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import requests
from django.test import override_settings

from portal.settings.sign_in import providers

CLIENT = "portal-under-test"
NAME = "NHS Sample"
TIMEOUT_SECONDS = 10
START_SECONDS = 60


@contextmanager
def real_provider() -> Iterator[str]:
    """Start it; yields its address, which is also the issuer of its tokens.

    A process of its own: warnings of its libraries are no errors of these tests.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("The OpenID Connect provider did not start.")


def trusting(issuer: str, **more: Any) -> AbstractContextManager[None]:
    """Settings of a portal whose staff sign in with this provider."""
    return override_settings(
        SSO_ISSUER=issuer,
        SSO_NAME=NAME,
        SOCIALACCOUNT_PROVIDERS=providers(
            issuer=issuer, name=NAME, client_id=CLIENT, secret="a-secret-for-tests"
        ),
        **more,
    )


def put_person(issuer: str, subject: str, **claims: Any) -> None:
    """Make or change a person in the provider's directory."""
    requests.put(
        f"{issuer}/users/{subject}", json=claims, timeout=TIMEOUT_SECONDS
    ).raise_for_status()
