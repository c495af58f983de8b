"""A backup under load, restored by the documented command, compared page by page."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.contenders import get
from tests.rehearsal.layout import WEB, Layout
from tests.rehearsal.parts import is_portal_ready
from tests.rehearsal.units import manage, unit

PAGES = 50


@dataclass
class Recovery:
    """Where the backup is, and how many seconds each of the two commands took."""

    backup: Path
    backup_seconds: float
    restore_seconds: float = 0
    said: str = ""


def back_up(layout: Layout) -> Recovery:
    """The command of the shipped unit."""
    begun = time.monotonic()
    layout.run(unit("portal-backup", layout.folder).command)
    seconds = time.monotonic() - begun
    [backup] = sorted((layout.folder / "backups").glob("portal-*"))[-1:]
    return Recovery(backup, seconds)


def elsewhere(layout: Layout) -> dict[str, str]:
    """The environment of an empty machine: a new folder, an empty database."""
    folder = layout.folder / "restored"
    folder.mkdir()
    layout.make_database("restored")
    without = [name for name in layout.variables if name.startswith("MEDIA_")]
    return {
        **dict.fromkeys([*without, "REDIS_URL"], ""),
        "LOCAL_DATA_DIR": str(folder),
        "DATABASE_URL": layout.address_of_database("restored"),
    }


def restore(layout: Layout, recovery: Recovery) -> dict[str, str]:
    place = elsewhere(layout)
    begun = time.monotonic()
    recovery.said = layout.run(manage("restore", str(recovery.backup)), **place)
    recovery.restore_seconds = time.monotonic() - begun
    return place


@contextmanager
def served(layout: Layout, place: dict[str, str]) -> Iterator[int]:
    """The restored portal, started as the operations page tells it."""
    layout.run(manage("provision_site"), **place)
    layout.run(manage("collectstatic", "--noinput", "--verbosity=0"), **place)
    port = layout.ports["restored"]
    shipped = unit("portal-web", layout.folder, own="restored")
    part = layout.portal_part("restored", shipped, SERVER_PORT=str(port), **place)
    part.is_ready = lambda: is_portal_ready(port)
    part.begin()
    try:
        yield port
    finally:
        part.stop()


def differing(layout: Layout, port: int, addresses: Sequence[str]) -> Iterator[str]:
    """Pages that are not the same bytes on both, each in a sentence."""
    chosen = random.Random(7).sample(list(addresses), min(PAGES, len(addresses)))
    for address in chosen:
        here = get(layout.ports[WEB[0]], address, Host="127.0.0.1")
        there = get(port, address, Host="127.0.0.1")
        if (here[0], here[2]) != (there[0], there[2]):
            yield f"{address} differs: {here[0]} and {there[0]}."
        elif here[0] != 200:
            yield f"{address} answers {here[0]}."
