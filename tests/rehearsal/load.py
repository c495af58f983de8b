"""A bounded load on the whole layout: `python -m tests.rehearsal.load`, or `make load`.

PORTAL_LOAD_SECONDS says for how long (600 unless told), PORTAL_LOAD_VISITORS and
PORTAL_LOAD_EDITORS by how many (200 and 5). A visitor opens a page every five seconds.
Ends with 1 when an answer failed or an act of staff was lost.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.rehearsal import layout as layouts
from tests.rehearsal.__main__ import WORDS, ready, say
from tests.rehearsal.visitors import Record, Visitors, line_of

SECONDS = float(os.environ.get("PORTAL_LOAD_SECONDS", "600"))
VISITORS = int(os.environ.get("PORTAL_LOAD_VISITORS", "200"))
EDITORS = int(os.environ.get("PORTAL_LOAD_EDITORS", "5"))
SECONDS_A_PAGE = 5
STEPS = 5


def main() -> int:
    if missing := layouts.is_possible():
        sys.exit(missing)
    with tempfile.TemporaryDirectory(prefix="portal-load-") as folder:
        say("Starting every part from the shipped files ...")
        with layouts.running(Path(folder), say) as layout, ready(layout) as world:
            record = Record()
            policies = world.staff.new_policies(EDITORS, world.people, 100)
            staff = world.staff.Editors(
                layout.front, world.people, policies, record, pause=SECONDS_A_PAGE
            )
            readers = Visitors(
                layout.front,
                world.asked,
                WORDS,
                record,
                rate=VISITORS / SECONDS_A_PAGE,
                readers=VISITORS,
            )
            say(f"{VISITORS} visitors, {EDITORS} editors, {SECONDS:.0f} seconds")
            with readers, staff:
                for step in range(1, STEPS + 1):
                    record.phase = f"part {step} of {STEPS}"
                    time.sleep(SECONDS / STEPS)
            for line in [*record.lines(), line_of("all", record.answers)]:
                say(f"  {line}")
            for line in record.refused():
                say(f"    {line}")
            failed = [answer for answer in record.answers if not answer.is_good]
            say(f"  {layouts.load_of_machine()}")
            say(
                f"  {len(record.answers)} answers, {len(failed)} failed; "
                f"{len(staff.told)} acts acknowledged, {len(staff.lost)} lost."
            )
            return 1 if failed or staff.lost else 0


if __name__ == "__main__":
    sys.exit(main())
