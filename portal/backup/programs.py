"""pg_dump and pg_restore: which are installed, and how they find the database."""

import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from django.db import connection

from portal import environment
from portal.backup.manifest import BackupProblem


def program(name: str, *, at_least: int) -> Path:
    """The newest program of that name; it must not be older than the server."""
    found = {path: version_of(path) for path in candidates(name)}
    if not found:
        raise BackupProblem(
            f"{name} is not installed: install the client programs of PostgreSQL "
            f"{at_least} or newer (on Debian: apt install postgresql-client)."
        )
    newest = max(found, key=lambda path: found[path])
    if found[newest] < at_least:
        raise BackupProblem(
            f"{name} has version {found[newest]}, but the server has {at_least}: "
            "install client programs that are not older than the server."
        )
    return newest


def candidates(name: str) -> list[Path]:
    """On the path first, then where Debian keeps every installed version."""
    on_path = shutil.which(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return [*([Path(on_path)] if on_path else []), *versions]


def version_of(path: Path) -> int:
    """The major version; 0 when the program does not run."""
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = re.search(r"\) (\d+)", answer.stdout)
    return int(version[1]) if version else 0


def server_version() -> int:
    """The major version of the server."""
    connection.ensure_connection()
    return connection.connection.info.server_version // 10000


def run(path: Path, *arguments: str) -> None:
    """Run one program on the portal's database.

    The password goes through the environment: a command line can be read by others.
    """
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    parameters = {
        name: value
        for name, value in connection.get_connection_params().items()
        # `options` holds the time limits of web requests, far too short here.
        if name in known - {"options", "password"}
    }
    password = connection.settings_dict["PASSWORD"]
    finished = subprocess.run(
        [path, f"--dbname={psycopg.conninfo.make_conninfo(**parameters)}", *arguments],
        env=environment.everything() | ({"PGPASSWORD": password} if password else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise BackupProblem(f"{path.name} failed: {finished.stderr.strip()}")
