"""Redis and an object store on this machine, to be started, killed and asked."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portal import environment

START_SECONDS = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], port: int, directory: Path) -> Iterator[Any]:
    """The program, until it is killed or the test is over."""
    with (directory / "service.log").open("w") as log:
        server = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            assert server.poll() is None, (directory / "service.log").read_text()
            assert time.monotonic() < deadline, "The service did not start."
            time.sleep(0.05)
        yield server
    finally:
        server.kill()
        server.wait()


def redis(port: int, directory: Path) -> Any:
    program = shutil.which("redis-server")
    if program is None:
        if environment.flag("CI"):
            pytest.fail("redis-server is missing, and CI is set.")
        pytest.skip("redis-server is not installed (Debian: apt install redis-server).")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    return running([program, *options], port, directory)


def object_store(port: int, directory: Path) -> Any:
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    return running(command, port, directory)
