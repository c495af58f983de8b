"""Programs that run, are killed, and come back as a supervisor brings them back."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import get, tree
from tests.rehearsal.units import ROOT

START_SECONDS = 90


@dataclass
class Part:
    """One program with all of its children; `is_ready` asks it whether it serves."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    is_ready: Callable[[], bool] = lambda: True
    stop_seconds: float = 20
    stop_signal: int = signal.SIGTERM
    identity: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = {"cwd": ROOT, "env": self.environment, **self.identity}
        with self.log.open("a") as to:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=to,
                stderr=to,
                start_new_session=True,
                **arguments,
            )

    def wait(self) -> float:
        """Seconds until it serves."""
        begun = time.monotonic()
        while not self.is_ready():
            ended = self.process is None or self.process.poll() is not None
            if ended or time.monotonic() - begun > START_SECONDS:
                said = self.log.read_text()[-3000:]
                raise RuntimeError(f"{self.name} does not serve:\n{said}")
            time.sleep(0.05)
        return time.monotonic() - begun

    def begin(self) -> float:
        self.start()
        return self.wait()

    def kill(self) -> None:
        """SIGKILL for it and every child, so that nobody tidies up."""
        if self.process is None or self.process.poll() is not None:
            return
        for each in tree(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.process.wait()

    def kill_a_child(self) -> None:
        assert self.process is not None
        children = tree(self.process.pid)[1:]
        os.kill(children[-1], signal.SIGKILL)

    def stop(self) -> None:
        """As `systemctl stop`: the signal for the main process, then patience."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()


def answers_on(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0


def is_portal_ready(port: int) -> bool:
    """Whether /health/ready/ says 200, as a load balancer asks."""
    with suppress(OSError):
        return get(port, "/health/ready/", Host="127.0.0.1")[0] == 200
    return False
