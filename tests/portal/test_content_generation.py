"""What a process knows of the committed content, and how long it waits for it."""

import threading
from pathlib import Path

import pytest

from portal.cache.generation import Generation, Watch
from portal.cache.mark import Mark

pytestmark = pytest.mark.once
KNOWN = Generation((1, 1))
# Far longer than any test runs; what is waited for is let go much earlier.
LONG = 60.0
SHORT = 0.01


class SlowDatabase:
    """Answers when it is let go, and not before."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()

    def ask(self, _known: Generation | None) -> Generation:
        assert self.may_answer.wait(LONG)
        return KNOWN


def test_new_process_is_given_time_to_open_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cache.generation.PATIENT_SECONDS", LONG)
    database = SlowDatabase()
    watch = Watch(Mark(tmp_path / "mark"), database.ask)
    threading.Timer(SHORT * 10, database.may_answer.set).start()

    assert watch.current(SHORT) == KNOWN
    assert not watch.is_away


def test_process_that_had_an_answer_waits_for_no_long_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cache.generation.PATIENT_SECONDS", LONG)
    monkeypatch.setattr("portal.cache.generation.POLL", 0)
    database = SlowDatabase()
    watch = Watch(Mark(tmp_path / "mark"), database.ask)
    database.may_answer.set()
    watch.current(LONG)
    database.may_answer.clear()

    assert watch.current(SHORT) is None
    assert watch.is_away
    database.may_answer.set()
