"""What a process does by itself after a change, so that readers need not wait."""

from pathlib import Path

import pytest

from portal.cache.mark import Mark
from portal.cache.warming import Warmer
from tests.portal.test_page_cache import Front


@pytest.mark.parametrize(("seconds", "is_made"), [(0, False), (60, True)])
def test_pages_are_made_again_for_a_limited_time(
    transactional_db: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    is_made: bool,
) -> None:
    monkeypatch.setattr("portal.cache.warming.QUIET_SECONDS", 0)
    monkeypatch.setattr("portal.cache.warming.MOST_SECONDS", seconds)
    front = Front(Mark(tmp_path / "mark"))
    assert front.get("/").how == "miss"
    made = front.rendered

    Warmer(front.cache).look()
    front.watch.executor.submit(front.database.close).result()

    assert (front.rendered > made) is is_made
