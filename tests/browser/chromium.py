"""The browser of the system: which version, and how the tests start it."""

import subprocess

from portal.consent.scanner.browser import ARGUMENTS as QUIET
from portal.consent.scanner.browser import chromium_path

# No request leaves the machine, whatever the browser or a page would like.
ARGUMENTS = [
    *QUIET,
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def chromium_version() -> str | None:
    """`Chromium 131.0.6778.85`, or nothing where no browser is installed."""
    path = chromium_path()
    if path is None:
        return None
    answer = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=True
    )
    return " ".join(answer.stdout.split()[:2])
