"""Pages on the disk: what a process shows that never had the database."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from wagtail.models import Site

from pages.models import SiteBrand
from policies.models import PolicyVersion
from portal.cache.generation import Generation
from portal.cache.shelf import Shelf
from portal.cache.warming import Warmer
from tests.portal.test_page_cache import Front, front, version

__all__ = ["front", "version"]
PAGE = "/policies/sp-100/"
HEADERS = [("Content-Type", "text/html"), ("ETag", '"a"'), ("Cache-Control", "public")]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "pages")


@pytest.fixture
def process(front: Front, shelf: Shelf) -> Iterator[Callable[..., Front]]:
    """Starts further processes of the same machine, and ends them all."""
    started = []

    def start(*, is_away: bool = False) -> Front:
        other = Front(front.watch.mark, Shelf(shelf.folder))
        other.fails = OperationalError("away") if is_away else None
        started.append(other)
        return other

    yield start
    for each in started:
        each.watch.executor.submit(each.database.close).result()


def test_new_process_shows_what_another_one_made_of_the_last_content(
    process: Callable[..., Front], version: PolicyVersion
) -> None:
    maker = process()
    page = maker.get(PAGE)
    maker.get("/?invented=1")
    rendered = process().get(PAGE)
    new = process(is_away=True)

    stale, again = new.get(PAGE), new.get(PAGE)
    compressed = new.get(PAGE, HTTP_ACCEPT_ENCODING="gzip")
    others = [new.get(path) for path in ("/?invented=1", "/treatments/")]

    # With the database at hand nothing comes from the disk.
    assert (page.how, rendered.how) == ("miss", "miss")
    assert [one.how for one in (stale, again, compressed)] == ["stale"] * 3
    assert stale.body == page.body
    assert stale.headers["Warning"].startswith("110")
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert [one.how for one in others] == ["", ""]


def test_new_process_shows_no_page_of_former_content(
    process: Callable[..., Front], version: PolicyVersion, site: Site
) -> None:
    maker = process()
    maker.get(PAGE)
    brand = SiteBrand.for_site(site)
    SiteBrand.objects.filter(pk=brand.pk).update(service_name="Renamed")
    maker.watch.tell_others()
    maker.get("/policies/")
    new = process(is_away=True)

    former, present = new.get(PAGE), new.get("/policies/")

    assert former.how == ""
    assert present.how == "stale"


def test_process_that_heard_less_than_another_shows_nothing_older(
    process: Callable[..., Front], version: PolicyVersion, site: Site
) -> None:
    idle, busy = process(), process()
    idle.get(PAGE)
    brand = SiteBrand.for_site(site)
    SiteBrand.objects.filter(pk=brand.pk).update(service_name="Renamed")
    busy.get("/policies/")
    idle.fails = OperationalError("away")
    idle.watch.tell_others()

    former, present = idle.get(PAGE), idle.get("/policies/")

    assert former.how == ""
    assert present.how == "stale"
    assert b"Renamed" in present.body


def test_processes_share_the_work_of_making_pages_again(
    process: Callable[..., Front],
    version: PolicyVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.cache.warming.SHARE", 1)
    first, second = process(), process()
    first.get(PAGE)
    second.get(PAGE)
    assert Warmer(first.cache).make_again()
    begun = second.rendered
    assert Warmer(second.cache).make_again()
    made = second.rendered - begun
    second.fails = OperationalError("away")
    second.watch.asked = None

    borrowed = second.get("/policies/")

    assert first.rendered > 4
    # The site map alone.
    assert made <= 1
    assert borrowed.how == "stale"


def test_nothing_is_shown_after_its_moment_of_change_or_after_a_day(
    process: Callable[..., Front],
    version: PolicyVersion,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    maker = process()
    maker.get(PAGE)
    asked: Any = maker.watch.last
    changed = Generation(asked.generation.token, time.time() - 1)
    key = maker.cache.pages.latest(1)[0]
    put = Shelf(shelf.folder)

    put.put(key, HEADERS, b"text of yesterday", changed)
    after_change = process(is_away=True).get(PAGE)
    put.put(key, HEADERS, b"text of today", asked.generation)
    today = process(is_away=True).get(PAGE)
    monkeypatch.setattr("portal.cache.pages.STALE_SECONDS", 0)
    too_old = process(is_away=True).get(PAGE)

    assert (after_change.how, too_old.how) == ("", "")
    assert today.body == b"text of today"


@pytest.mark.once
def test_shelf_holds_so_many_files_and_survives_what_is_broken(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "pages", most_files=150)
    generation = Generation((1, 1))
    for number in range(200):
        key = ("http", "testserver", f"/{number}/", "")
        shelf.put(key, HEADERS, b"page", generation)
    shelf.file(key).write_bytes(b"{half a line")
    nowhere = Shelf(Path("/dev/null/pages"))
    nowhere.put(key, HEADERS, b"page", generation)
    nowhere.note(generation)

    assert len(list(shelf.folder.iterdir())) <= 150
    assert shelf.get(("http", "testserver", "/198/", "")) is not None
    assert (shelf.get(key), nowhere.get(key), nowhere.known()) == (None, None, None)
    assert not shelf.holds(key, (1, 1))


@pytest.mark.once
def test_generation_that_was_noted_is_known(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    generation = Generation((7, 3))
    assert shelf.known() is None
    shelf.note(generation)

    known = shelf.known()

    assert known is not None
    assert known[0] == generation
