"""Runs the whole suite on SQLite, then on PostgreSQL, and says what ran on what."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from xml.etree import ElementTree

from portal import environment
from tests.browser.chromium import chromium_version
from tests.postgresql import PostgreSQLMissing, server_version, throwaway_server

# A worker per processor; more than four wait for the disk and for the browser.
WORKERS = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadgroup"]
PYTEST = [sys.executable, "-m", "pytest", *WORKERS]
# What a page looks like does not depend on the database; what a journey writes does.
ON_SECOND_DATABASE = ["-m", "not once and (not browser or journey)"]
TEARDOWN_SECONDS = 60
MEMORY_BYTES = 4 * 1024**3


@dataclass
class Outcome:
    """What one session ran, read from pytest's own report."""

    database: str
    exit_code: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    passed_in_browser: int = 0

    @property
    def is_success(self) -> bool:
        return self.exit_code == 0 and self.passed > 0

    def as_line(self, browser: str | None) -> str:
        if self.passed_in_browser:
            in_browser = f"{self.passed_in_browser} of them in {browser}"
        else:
            in_browser = "none of them in a browser"
        return (
            f"{self.database}: {self.passed} passed ({in_browser}), "
            f"{self.failed} failed, {self.skipped} skipped"
        )


def main() -> int:
    signal.signal(signal.SIGTERM, stop_like_an_interrupt)
    # A shell that runs this in the background ignores interrupts, and the test
    # session would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    browser = chromium_version()
    if browser is None and environment.flag("CI"):
        return refuse("Chromium is missing, and CI is set: every test must run.")
    outcomes = [run_suite(f"SQLite {sqlite3.sqlite_version}", database_url=None)]
    try:
        with postgresql_server() as url:
            name = f"PostgreSQL {server_version(url)}"
            outcomes.append(
                run_suite(name, database_url=url, selection=ON_SECOND_DATABASE)
            )
    except PostgreSQLMissing as reason:
        return refuse(f"PostgreSQL: nothing ran. {reason}")
    say("", "What ran:", *(f"  {outcome.as_line(browser)}" for outcome in outcomes))
    if browser is None:
        say("  No browser test ran: install Chromium (Debian: apt install chromium).")
    return 0 if all(outcome.is_success for outcome in outcomes) else 1


def stop_like_an_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The server that TEST_DATABASE_URL names, otherwise a throw-away one."""
    named = environment.text("TEST_DATABASE_URL")
    if named:
        yield named
    else:
        with throwaway_server() as url:
            yield url


def run_suite(
    database: str, *, database_url: str | None, selection: Sequence[str] = ()
) -> Outcome:
    """One pytest session on one database."""
    say("", f"The suite on {database}")
    with tempfile.TemporaryDirectory(
        prefix="portal-tests-", dir=memory_folder(), ignore_cleanup_errors=True
    ) as directory:
        report = Path(directory) / "report.xml"
        variables = {
            **os.environ,
            "TEST_DATABASE_URL": database_url or "",
            # Whatever an interrupted session leaves behind goes with this directory.
            "TMPDIR": directory,
        }
        session = subprocess.Popen(
            [*PYTEST, *selection, f"--junit-xml={report}"], env=variables
        )
        try:
            exit_code = session.wait()
        except KeyboardInterrupt:
            stop_session(session)
            raise
        return read_outcome(report, Outcome(database, exit_code))


def memory_folder() -> Path | None:
    """Where files stay in memory: the tests commit thousands of times.

    None, so the usual folder, where there is no such place or too little room in it.
    """
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        return None
    has_room = shutil.disk_usage(folder).free >= MEMORY_BYTES
    return folder if has_room else None


def stop_session(session: subprocess.Popen[bytes]) -> None:
    """Give pytest the time to drop its databases and close its browsers."""
    session.send_signal(signal.SIGINT)
    try:
        session.wait(timeout=TEARDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        session.kill()


def read_outcome(report: Path, outcome: Outcome) -> Outcome:
    if not report.exists():
        return outcome
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
            is_in_browser = case.get("classname", "").startswith("tests.browser.")
            outcome.passed_in_browser += is_in_browser
    return outcome


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
