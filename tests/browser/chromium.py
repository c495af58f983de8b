"""The browser of the system: where it is, which version, how it is started."""

import shutil
import subprocess

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# No request leaves the machine, whatever the browser or a page would like.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def chromium_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def chromium_version() -> str | None:
    """`Chromium 131.0.6778.85`, or nothing where no browser is installed."""
    path = chromium_path()
    if path is None:
        return None
    answer = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=True
    )
    return " ".join(answer.stdout.split()[:2])
