"""The rehearsal of a bad day: `python -m tests.rehearsal`, or `make rehearsal`.

PORTAL_REHEARSAL_SECONDS says how long the load with the faults lasts (600 unless told),
PORTAL_REHEARSAL_PARTS which parts are played: faults, rolling, backup, or of the
faults only outage (the database) or mail (its server). Ends with 1 when anything was
lost.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

from tests.rehearsal import layout as layouts
from tests.rehearsal import recovery, upgrade
from tests.rehearsal.layout import Layout
from tests.rehearsal.visitors import Record, Visitors

SECONDS = float(os.environ.get("PORTAL_REHEARSAL_SECONDS", "600"))
PARTS = os.environ.get("PORTAL_REHEARSAL_PARTS", "faults,rolling,backup").split(",")
RATE = 30
ANSWERS = 2000
EDITORS = 3
# Between two acts of an editor during the faults.
PAUSE = 4
# Numbers of the policies of each play, with which several can be played in one run.
FIRST_POLICIES = {"": 100, "PostgreSQL": 400, "mail server": 500}
WORDS = ["knee", "hip", "cataract", "injection", "hernia", "tonsils", "varicose"]
WORDS += ["carpal", "ivf", "scan", "grommets", "breast", "back", "pain", "surgery"]


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def ready(layout: Layout) -> Iterator[SimpleNamespace]:
    """Django in this process on the layout's database; what every part needs."""
    os.environ.update(layout.variables)
    django.setup()
    # This process prepares and looks; what it would write to the log is noise here.
    logging.getLogger("portal.audit").handlers.clear()
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    from tests.rehearsal import staff

    people = staff.people_of_sample()
    addresses = layout.public_addresses()
    files = layout.files_of(addresses)
    said = f"{len(addresses)} pages, {len(files)} files"
    say(f"Ready: {said}, {layouts.load_of_machine()}")
    yield SimpleNamespace(
        people=people, addresses=addresses, asked=[*addresses, *files], staff=staff
    )


def visitors(layout: Layout, world: Any, record: Record, **more: Any) -> Visitors:
    return Visitors(layout.front, world.asked, WORDS, record, rate=RATE, **more)


def editors(layout: Layout, world: Any, record: Record, first: int, **more: Any) -> Any:
    policies = world.staff.new_policies(EDITORS, world.people, first)
    return world.staff.Editors(layout.front, world.people, policies, record, **more)


def play_faults(layout: Layout, world: Any, only: str = "") -> list[str]:
    from tests.rehearsal import faults, proofs

    what = only or f"{SECONDS:.0f} s"
    say(f"\n== Faults: {RATE} requests a second, {EDITORS} editors, {what} ==")
    record = Record()
    staff = editors(layout, world, record, FIRST_POLICIES[only], pause=PAUSE)
    scheduler = faults.Scheduler(layout)
    with visitors(layout, world, record), staff, scheduler:
        faults.happen(layout, scheduler, staff, SECONDS, say, only)
    for line in [*record.lines(), *faults.summary(staff, scheduler)]:
        say(f"  {line}")
    for line in record.refused():
        say(f"    {line}")
    lost = list(proofs.losses(layout, staff))
    say(f"  {len(staff.told)} acts were acknowledged, {len(staff.lost)} of them lost.")
    say(f"  Ends of both chains: {' and '.join(proofs.ends_of_chains(layout))}")
    return lost


def play_outage(layout: Layout, world: Any) -> list[str]:
    """The database alone: what every reader and editor gets while it is away."""
    return play_faults(layout, world, "PostgreSQL")


def play_mail(layout: Layout, world: Any) -> list[str]:
    """The mail server alone: mail is late, never lost, and comes once."""
    return play_faults(layout, world, "mail server")


def play_rolling(layout: Layout, world: Any) -> list[str]:
    say(f"\n== Rolling restart: {ANSWERS} answers, {RATE} a second ==")
    record = Record(phase="rolling restart")
    staff = editors(layout, world, record, 200)
    with visitors(layout, world, record, most=ANSWERS) as readers, staff:
        took = upgrade.roll(layout, lambda: len(answered(record)) >= ANSWERS)
        readers.join()
    for line in record.lines():
        say(f"  {line}")
    answers = answered(record)
    lost = [answer for answer in answers if answer.status != 200]
    say(
        f"  {len(took)} restarts of {sum(took) / len(took):.1f} s each on average; "
        f"{len(answers)} answers, {len(lost)} lost; acts of staff: "
        f"{dict(sorted(staff.outcomes.items()))}"
    )
    return [f"Lost: {a.address}, {a.status}, {a.seconds:.1f} s" for a in lost] + [
        f"Lost: {act.name} at {act.path}" for act in staff.lost
    ]


def answered(record: Record) -> list[Any]:
    return [answer for answer in record.answers if not answer.phase.startswith("staff")]


def play_backup(layout: Layout, world: Any) -> list[str]:
    from tests.rehearsal import proofs

    say("\n== Backup under load, restore, comparison ==")
    record = Record(phase="backup")
    # Drafts change no page that readers see, so the pages can be compared.
    staff = editors(layout, world, record, 300, may_publish=False)
    with visitors(layout, world, record), staff:
        time.sleep(5)
        made = recovery.back_up(layout)
        record.phase = "restore"
        place = recovery.restore(layout, made)
    for line in record.lines():
        say(f"  {line}")
    for line in made.said.splitlines():
        say(f"  {line}")
    found = list(proofs.faults_of_commands(layout, **place))
    with recovery.served(layout, place) as port:
        found += recovery.differing(layout, port, world.addresses)
    pages = min(recovery.PAGES, len(world.addresses))
    say(
        f"  Backup {made.backup_seconds:.1f} s, restore {made.restore_seconds:.1f} s; "
        f"of {pages} random pages {pages - len(found)} are the same bytes."
    )
    return found


PLAYS: dict[str, Callable[[Layout, Any], list[str]]] = {
    "faults": play_faults,
    "outage": play_outage,
    "mail": play_mail,
    "rolling": play_rolling,
    "backup": play_backup,
}


def main() -> int:
    if missing := layouts.is_possible():
        sys.exit(missing)
    begun = time.monotonic()
    lost = []
    with tempfile.TemporaryDirectory(prefix="portal-rehearsal-") as folder:
        say("Starting every part from the shipped files ...")
        with layouts.running(Path(folder), say) as layout:
            try:
                with ready(layout) as world:
                    for name in PARTS:
                        lost += PLAYS[name](layout, world)
            finally:
                keep_logs(Path(folder))
    for line in lost:
        say(f"  {line}")
    verdict = f"{len(lost)} FAULTS OR LOSSES" if lost else "nothing was lost"
    say(f"\nThe rehearsal took {time.monotonic() - begun:.0f} s: {verdict}.")
    return 1 if lost else 0


def keep_logs(folder: Path) -> None:
    """Where PORTAL_REHEARSAL_LOGS says, for whoever has to find out why."""
    to = os.environ.get("PORTAL_REHEARSAL_LOGS")
    if to:
        Path(to).mkdir(parents=True, exist_ok=True)
        for log in folder.glob("*.log"):
            (Path(to) / log.name).write_bytes(log.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
