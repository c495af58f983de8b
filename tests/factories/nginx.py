"""nginx with the shipped configuration, in a folder of its own."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "docs" / "deployment" / "nginx.conf"
START_SECONDS = 10


def program() -> str | None:
    """Where nginx is; None on a machine without it."""
    return shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")


def shipped(folder: Path, *, port: int, upstream: int, data: Path) -> str:
    """The shipped file with the places of this test in the lines that say HERE."""
    text = SHIPPED.read_text()
    places = {
        "pid /run/nginx.pid;": f"user root;\npid {folder}/nginx.pid;",
        "/var/cache/nginx/portal": f"{folder}/cache",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "root /srv/portal;": f"root {data};",
        "listen 80 default_server": f"listen 127.0.0.1:{port} default_server",
        "access_log /dev/stdout": f"access_log {folder}/access.log",
        "error_log stderr": f"error_log {folder}/error.log",
    }
    for found, place in places.items():
        if text.count(found) != 1:
            raise ValueError(f"The shipped configuration does not say {found!r} once.")
        text = text.replace(found, place)
    if os.geteuid():
        text = text.replace("user root;\n", "")
    return text


@contextmanager
def running(folder: Path, configuration: str, port: int) -> Iterator[int]:
    """nginx until the end of the block; yields the process id of its master."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(configuration)
    command = [str(program()), "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
    with (folder / "output").open("w") as to:
        process = subprocess.Popen(command, stdout=to, stderr=to)
    try:
        wait_for(process, port, folder)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def wait_for(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        door = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            door.connect()
        except OSError:
            time.sleep(0.02)
        else:
            return
        finally:
            door.close()
    raise RuntimeError(f"nginx did not start:\n{(folder / 'output').read_text()}")
