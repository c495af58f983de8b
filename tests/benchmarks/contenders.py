"""Servers beside each other on this machine, and what an answer of each costs.

Rates on a shared machine are context; the ratios of one run are the result. CPU is
that of the whole process tree, children that ended included.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
CONNECTIONS = 16
SETTLE_SECONDS = 1
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass
class Contender:
    """A server that runs, the address that it is asked for, and its figures."""

    name: str
    process: int
    port: int
    path: str
    headers: tuple[str, ...] = ()
    rates: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    errors: int = 0
    started: float = 0

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def cpu(self) -> float:
        """Milliseconds of processor time for one answer."""
        return median(self.milliseconds)

    def line(self) -> str:
        return (
            f"{self.name:<42} {self.rate:>9.0f}/s {self.cpu:>8.3f} ms CPU "
            f"p50 {median(self.p50):>7.2f} p99 {median(self.p99):>7.2f} ms"
            + (f"  {self.errors} errors" if self.errors else "")
        )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


def tree(process: int) -> list[int]:
    """The process and all below it."""
    found = [process]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def cpu_seconds(process: int) -> float:
    ticks = 0
    for each in tree(process):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(value) for value in fields[11:15])
    return ticks / TICKS


def megabytes(process: int) -> list[float]:
    """Resident memory of each process of the tree."""
    found = []
    for each in tree(process):
        pages = int(Path(f"/proc/{each}/statm").read_text().split()[1])
        found.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    return found


def measure(
    contenders: Sequence[Contender],
    rounds: int,
    seconds: int,
    connections: int = CONNECTIONS,
) -> None:
    """Each in turn, round after round, so that a busy minute meets them all.

    Between turns the requests that the last one left unanswered come to their end.
    """
    for _round in range(rounds):
        for contender in contenders:
            load(contender, seconds, connections)
            time.sleep(SETTLE_SECONDS)


def load(contender: Contender, seconds: int, connections: int = CONNECTIONS) -> None:
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for header in contender.headers:
        options += ["-H", header]
    address = f"http://127.0.0.1:{contender.port}{contender.path}"
    before = cpu_seconds(contender.process)
    told = subprocess.run(
        ["wrk", *options, address], capture_output=True, text=True, check=True
    ).stdout
    spent = cpu_seconds(contender.process) - before
    requests = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    contender.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]))  # type: ignore[index]
    contender.milliseconds.append(1000 * spent / max(requests, 1))
    contender.p50.append(percentile(told, "50%"))
    contender.p99.append(percentile(told, "99%"))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    contender.errors += int(failed[1]) if failed else 0


def percentile(told: str, which: str) -> float:
    found = re.search(rf"{which}\s+([\d.]+)(us|ms|s|m)", told)
    return float(found[1]) * UNITS[found[2]] if found else float("nan")


def get(port: int, path: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    server = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        server.request("GET", path, headers=named)
        answer = server.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        server.close()


def wait_for(port: int, path: str, process: subprocess.Popen[bytes]) -> float:
    """Seconds until the first answer with status 200."""
    begun = time.monotonic()
    while time.monotonic() - begun < START_SECONDS and process.poll() is None:
        try:
            if get(port, path)[0] == 200:
                return time.monotonic() - begun
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"Nothing answers on port {port}.")


def variables(folder: Path, database: str, **more: str) -> dict[str, str]:
    """The production settings, on this machine and without HTTPS."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "LOCAL_DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "SECRET_KEY": "benchmark-" * 8,
        "CONSENT_PEPPER": "benchmark-" * 8,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "BASE_URL": "http://127.0.0.1",
        "MAIL_FROM": "portal@example.org",
        "SECURITY_CONTACT": "mailto:portal@example.org",
        "SECURITY_CONTACT_EXPIRES": "2099-01-01",
        "SSL_REDIRECT": "no",
        **more,
    }


@contextmanager
def running(
    command: Sequence[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("a") as to:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=to, stderr=to
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def granian(port: int, target: str = "portal.wsgi:application") -> list[str]:
    program = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    return [*program, "--workers", "2", "--port", str(port), target]


def gunicorn(port: int, target: str = "portal.wsgi:application") -> list[str]:
    program = [sys.executable, "-m", "gunicorn", "--no-control-socket"]
    return [*program, "-w2", "--threads=4", f"--bind=127.0.0.1:{port}", target]


def static_site(port: int, folder: Path) -> str:
    """As a file server is set up for speed: two workers, files kept open."""
    return f"""
user root;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=100;
  default_type text/html;
  gzip_static on;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""
