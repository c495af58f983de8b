"""Each part in turn is killed under load, and brought back."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from tests.rehearsal.layout import WEB, Layout
from tests.rehearsal.parts import Part
from tests.rehearsal.staff import Editors
from tests.rehearsal.units import period, unit

DATABASE_AWAY_SECONDS = 30
AWAY_SECONDS = 15
SHORTEST = 0.4
UNPUBLISHED = {"S3", "PostgreSQL"}


@dataclass
class Fault:
    """What is killed; the block of `away` is the time until it is back."""

    name: str
    kill: Callable[[], None]
    bring_back: Callable[[], None]
    away_seconds: float


class Scheduler:
    """Starts the shipped tick as its timer does; two may run at once."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.every = period("portal-tick")
        self.numbers = 0
        self.codes: list[int | None] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def tick(self) -> Part:
        self.numbers += 1
        name = f"tick-{self.numbers}"
        part = self.layout.portal_part(name, unit("portal-tick", self.layout.folder))
        part.start()
        return part

    def run(self) -> None:
        running: list[Part] = []
        while True:
            running.append(self.tick())
            if self.over.wait(self.every):
                break
        for part in running:
            with suppress(Exception):
                self.codes.append(part.process.wait(self.every))

    def killed_in_the_middle(self) -> None:
        """A tick of its own, killed once it has asked the database something."""
        part = self.tick()
        assert part.process is not None
        time.sleep(self.usual_start)
        part.kill()

    @property
    def usual_start(self) -> float:
        """Seconds after which a tick is at work, on this machine."""
        begun = time.monotonic()
        part = self.tick()
        assert part.process is not None
        part.process.wait()
        return 0.8 * (time.monotonic() - begun)

    def __enter__(self) -> "Scheduler":
        self.thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.over.set()
        self.thread.join(2 * self.every)


def faults(layout: Layout, scheduler: Scheduler, phase: float) -> Iterator[Fault]:
    """In the order in which they happen; `phase` is the length of each in seconds."""
    parts = layout.parts
    restart = unit("portal-web", layout.folder, own=WEB[0]).restart_seconds
    away = min(AWAY_SECONDS, SHORTEST * phase)

    def back(name: str) -> Callable[[], None]:
        return lambda: parts[name].begin() and None

    def store_back() -> None:
        parts["S3"].begin()
        layout.fill_store()

    def store_gone() -> None:
        layout.keep_store()
        parts["S3"].kill()

    web = parts[WEB[0]]
    yield Fault("one worker of a web server", web.kill_a_child, lambda: None, 0)
    yield Fault("a web server", web.kill, back(WEB[0]), restart)
    yield Fault("scheduler in a tick", scheduler.killed_in_the_middle, lambda: None, 0)
    yield Fault("mail worker", parts["worker"].kill, parts["worker"].start, restart)
    yield Fault("mail server", layout.mail.kill, layout.mail.begin, away)
    yield Fault("Redis", parts["Redis"].kill, back("Redis"), away)
    yield Fault("S3", store_gone, store_back, away)
    longer = min(DATABASE_AWAY_SECONDS, max(away, 0.6 * phase))
    database = parts["PostgreSQL"]
    yield Fault("PostgreSQL", database.kill, back("PostgreSQL"), longer)
    yield Fault("nginx", parts["nginx"].kill, back("nginx"), min(2, away))


def happen(
    layout: Layout,
    scheduler: Scheduler,
    staff: Editors,
    seconds: float,
    say: Callable[[str], None],
    only: str = "",
) -> None:
    """All faults within so many seconds, with a quiet time before and after.

    `only` names the one that is played, at the length that it has among all.
    """
    phase, record = seconds / 11, staff.record
    # As among all faults: nothing is published in the time before this one.
    staff.may_publish = only not in UNPUBLISHED
    record.begin("quiet before")
    time.sleep(phase)
    for fault in faults(layout, scheduler, phase):
        if only not in {"", fault.name}:
            continue
        # A publication makes every page new, and what nobody made again since is not
        # there without the database; so none comes in the time before its death.
        staff.may_publish = fault.name not in UNPUBLISHED
        begun = time.monotonic()
        record.begin(f"{fault.name}, away")
        fault.kill()
        time.sleep(fault.away_seconds)
        fault.bring_back()
        back = time.monotonic() - begun
        record.begin(f"{fault.name}, back")
        time.sleep(max(phase - back, SHORTEST * phase))
        say(f"  {fault.name}: back after {back:.1f} s")
    record.begin("quiet after")
    time.sleep(phase)


def summary(editors: Editors, scheduler: Scheduler) -> list[str]:
    outcomes = ", ".join(f"{k} × {n}" for k, n in sorted(editors.outcomes.items()))
    codes = [code for code in scheduler.codes if code is not None]
    failed = sum(code != 0 for code in codes)
    return [
        f"Acts of staff: {outcomes}",
        f"Ticks by the timer: {len(codes)}, {failed} failed (while a part was away).",
    ]
