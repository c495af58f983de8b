"""What thousands of guesses at passwords come to. Figures to read, and the limits that
have to hold whatever their number.

`PORTAL_BENCH_GUESSES` says how many there are of each kind.
"""

import os
import sys
from typing import Any

import pytest

from tests.factories.people import sample_people
from tests.portal.guessing import ATTACKS, PER_SECOND, carry_out

pytestmark = pytest.mark.once

GUESSES = int(os.environ.get("PORTAL_BENCH_GUESSES", "160"))


@pytest.mark.parametrize("name", ATTACKS)
def test_guesses_get_nowhere(
    site: Any,
    capsys: pytest.CaptureFixture[str],
    time_machine: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    sample_people()
    time_machine.move_to("2026-03-02T10:00:00+00:00", tick=False)
    attack = ATTACKS[name]

    outcome = carry_out(attack, GUESSES, time_machine, monkeypatch)

    with capsys.disabled():
        sys.stdout.write(
            f"\n{name}: {outcome.guesses} guesses at {PER_SECOND}/s, "
            f"{outcome.compared} compared with a password, {outcome.got_in} got in; "
            f"the honest person got in {sum(outcome.honest_got_in)} of "
            f"{len(outcome.honest_got_in)} times; "
            f"{outcome.seconds / outcome.guesses * 1000:.1f} ms each\n"
        )
    assert outcome.got_in == 0
    assert outcome.compared <= attack.compared_at_most
    assert outcome.honest_got_in == [True, True]
