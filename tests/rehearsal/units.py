"""The shipped systemd units, read as a supervisor reads them."""

import os
import shlex
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "docs" / "deployment" / "systemd"


@dataclass(frozen=True)
class Unit:
    """What is started, with which variables besides the common ones, and how ended."""

    command: list[str]
    environment: dict[str, str]
    stop_seconds: float
    restart_seconds: float


def unit(name: str, folder: Path, *, own: str = "") -> Unit:
    """A service with the places of this machine; `own` keeps two of a kind apart."""
    read = ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string((SHIPPED / f"{name}.service").read_text())
    service = read["Service"]
    places = {
        "/srv/portal/current/.venv/bin/python": sys.executable,
        "/srv/portal/backups": str(folder / "backups"),
        f"/run/{name}": str(folder / "run" / (own or name)),
    }
    command = [placed(word, places) for word in shlex.split(service["ExecStart"])]
    variables = {}
    for word in shlex.split(service.get("Environment", "")):
        key, _, value = word.partition("=")
        variables[key] = placed(value, places)
    if "RuntimeDirectory" in service:
        directory = Path(places[f"/run/{service['RuntimeDirectory']}"])
        directory.mkdir(parents=True, exist_ok=True)
    return Unit(
        command,
        variables,
        float(service.get("TimeoutStopSec", "90")),
        float(service.get("RestartSec", "0.1")),
    )


def placed(word: str, places: dict[str, str]) -> str:
    for shipped, here in places.items():
        word = word.replace(shipped, here)
    if "/srv/" in word or word.startswith("/run/"):
        raise ValueError(f"A unit names a place that is not known here: {word}.")
    return word


def period(name: str) -> int:
    """Seconds between two runs of a timer; those of the portal are known by heart."""
    read = ConfigParser(interpolation=None)
    read.read_string((SHIPPED / f"{name}.timer").read_text())
    return {"*:*:00": 60}[read["Timer"]["OnCalendar"]]


def manage(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *words]


def program_path() -> str:
    return f"{Path(sys.executable).parent}:{os.defpath}"
