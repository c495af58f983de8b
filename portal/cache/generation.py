"""Which content is committed now, asked often and answered within a moment.

A request is answered from what is kept only when the database said, after the request
began or a moment before, that nothing changed. On one machine that moment is zero: who
commits moves a mark in shared memory. Changes from elsewhere are seen within `POLL`.
"""

import datetime
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connections

from portal.cache.mark import Mark
from portal.cache.triggers import CHANGES
from portal.postgresql import outages

logger = logging.getLogger(__name__)

POLL = 0.4
# How long a reader waits for the answer when there is a page to show without it, and
# when there is none; and for how long nobody asks after that.
ANSWER_SECONDS = 2.0
PATIENT_SECONDS = 8.0
AWAY_SECONDS = 3.0
# How long one reader waits when it did not answer before: it may be back.
PROBE_SECONDS = 0.25
# Above any moment that a page could wait for.
NEVER = float("inf")
TOKEN_QUERY = f"SELECT COALESCE(MAX(id), 0), COUNT(*) FROM {CHANGES}"  # noqa: S608
OWN_OPTIONS: dict[str, dict[str, Any]] = {
    "postgresql": {
        "connect_timeout": 2,
        "tcp_user_timeout": 2000,
        "options": "-c statement_timeout=2000",
    },
    "sqlite": {"timeout": 2},
}
Token = tuple[int, int]


@dataclass(frozen=True)
class Generation:
    """The committed content, and until when it reads the same.

    `changes_at` is the next moment (seconds since 1970) at which other text takes
    effect by itself; `day_ends_at` the next local midnight.
    """

    token: Token
    changes_at: float = NEVER
    day_ends_at: float = NEVER

    @property
    def ends_at(self) -> float:
        return min(self.changes_at, self.day_ends_at)


@dataclass(frozen=True)
class Asked:
    """An answer of the database, with the mark read before the question."""

    generation: Generation
    mark: int | None
    at: float


_moments: list[tuple[str, str]] = []
_bound: ContextVar[Generation | None] = ContextVar("content_generation", default=None)


def register_moments(table: str, column: str) -> None:
    """State a column of moments at which public content changes by itself."""
    if (table, column) not in _moments:
        _moments.append((table, column))


def bound_generation() -> Generation | None:
    """The generation that the present request reads; None where nothing is known."""
    return _bound.get()


@contextmanager
def bound(generation: Generation | None) -> Iterator[None]:
    token = _bound.set(generation)
    try:
        yield
    finally:
        _bound.reset(token)


class Database:
    """A connection of its own, with short patience, in one thread of its own."""

    def __init__(self) -> None:
        self.connection: Any = None

    def generation(self, known: Generation | None) -> Generation:
        """Ask, on a new connection once more if the old one was lost meanwhile."""
        is_new = self.connection is None
        try:
            return self.ask(known)
        except DatabaseFailure:
            self.close()
            if is_new:
                raise
        return self.ask(known)

    def ask(self, known: Generation | None) -> Generation:
        if self.connection is None:
            self.connection = self.connect()
        with self.connection.cursor() as cursor:
            cursor.execute(TOKEN_QUERY)
            token: Token = cursor.fetchone()
            now = time.time()
            if known and known.token == token and now < known.ends_at:
                return known
            return Generation(token, self.next_change(cursor), day_end())

    def next_change(self, cursor: Any) -> float:
        """The earliest moment ahead, of all that were registered."""
        now = datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
        value = self.connection.ops.adapt_datetimefield_value(now)
        ahead = []
        for table, column in _moments:
            cursor.execute(
                f"SELECT MIN({column}) FROM {table} WHERE {column} > %s",  # noqa: S608
                [value],
            )
            found = cursor.fetchone()[0]
            if found is not None:
                ahead.append(as_moment(found).timestamp())
        return min(ahead, default=NEVER)

    def connect(self) -> Any:
        own = connections["default"].copy()
        options = own.settings_dict.setdefault("OPTIONS", {})
        options.pop("pool", None)
        options.update(OWN_OPTIONS[own.vendor])
        own.settings_dict["CONN_MAX_AGE"] = None
        return own

    def close(self) -> None:
        if self.connection is not None:
            try:
                self.connection.close()
            except DatabaseFailure:
                logger.debug("The lost connection could not be closed.")
            self.connection = None

    def interrupt(self) -> None:
        """Called by whoever waited in vain: the question that hangs ends with an error.

        Something in between may acknowledge for ever what the database never gets.
        """
        asked = getattr(self.connection, "connection", None)
        if not isinstance(asked, psycopg.Connection) or asked.closed:
            return
        with suppress(OSError, psycopg.Error):
            door = socket.socket(fileno=os.dup(asked.fileno()))
            with door:
                door.shutdown(socket.SHUT_RDWR)


def as_moment(value: Any) -> datetime.datetime:
    """As the driver gives it: SQLite has text, in UTC."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    moment: datetime.datetime = value
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def day_end() -> float:
    zone = ZoneInfo(settings.TIME_ZONE)
    today = datetime.datetime.fromtimestamp(time.time(), zone).date()
    tomorrow = today + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time(), zone).timestamp()


class Watch:
    """What this process knows of the content generation."""

    def __init__(
        self, mark: Mark, ask: Callable[[Generation | None], Generation] | None = None
    ) -> None:
        self.mark = mark
        self.database = Database()
        self.ask = ask or self.database.generation
        self.asked: Asked | None = None
        self.is_away = False
        self.began_at = NEVER
        self.away_until = 0.0
        self.lock = threading.Lock()
        self.waiting: Future[Asked] | None = None
        self.suspicion: Future[Asked] | None = None
        self.executor = ThreadPoolExecutor(1, thread_name_prefix="content-generation")

    def current(self, seconds: float = ANSWER_SECONDS) -> Generation | None:
        """The committed content; None while the database does not say.

        `seconds` is the longest wait. A busy machine may need some, and a page that
        has to be made needs the database in any case. Once it was away, nobody waits
        for it until it answers again.
        """
        asked = self.asked
        if asked is None:
            # A new process opens its connection first; when nobody is at the other
            # end, the driver says so before this.
            seconds = max(seconds, PATIENT_SECONDS)
        elif self.still_holds(asked):
            return asked.generation
        now = time.monotonic()
        if now < self.away_until:
            return None
        try:
            wait = min(seconds, PROBE_SECONDS) if self.is_away else seconds
            return self.question().result(wait).generation
        except (NotInTime, DatabaseFailure, OSError) as failure:
            self.is_away = True
            if time.monotonic() - self.began_at >= ANSWER_SECONDS:
                self.database.interrupt()
            if self.away_until < now - 60:
                logger.warning("The content generation is not known: %r", failure)
            self.away_until = time.monotonic() + AWAY_SECONDS
            return None

    def suspect(self) -> bool:
        """Ask without waiting, for somebody whose own answer is late or lost.

        Whether the database is known not to answer.
        """
        if self.is_away:
            return True
        asked, question = self.asked, self.suspicion
        if question is None:
            if asked is None or time.monotonic() - asked.at >= POLL:
                self.suspicion = self.question()
            return False
        if time.monotonic() - self.began_at >= ANSWER_SECONDS:
            self.database.interrupt()
        elif not question.done():
            return False
        elif question.exception() is None:
            self.suspicion = None
            return False
        self.suspicion, self.is_away = None, True
        self.away_until = time.monotonic() + AWAY_SECONDS
        return True

    def still_holds(self, asked: Asked) -> bool:
        return (
            asked.mark is not None
            and asked.mark == self.mark.value
            and time.monotonic() - asked.at < POLL
            and time.time() < asked.generation.ends_at
        )

    def question(self) -> "Future[Asked]":
        """One that has not begun yet: its answer is younger than whoever waits."""
        with self.lock:
            if self.waiting is None:
                self.waiting = self.executor.submit(self.answer)
            return self.waiting

    def answer(self) -> Asked:
        with self.lock:
            self.waiting = None
        mark, at = self.mark.value, time.monotonic()
        known = self.asked.generation if self.asked else None
        self.began_at = at
        try:
            self.asked = Asked(self.ask(known), mark, at)
        finally:
            self.began_at = NEVER
        self.is_away, self.away_until = False, 0.0
        return self.asked

    @property
    def last(self) -> Asked | None:
        """What the database said last, however long ago."""
        return self.asked

    def tell_others(self) -> None:
        """Something was committed here: everybody on this machine asks again."""
        self.mark.move()


_watches: dict[int, Watch] = {}


def watch() -> Watch:
    """The watch of this process: a forked child makes one of its own."""
    found = _watches.get(os.getpid())
    if found is None:
        _watches.clear()
        found = _watches[os.getpid()] = Watch(Mark(settings.CONTENT_MARK))
    return found


class OutageOfProcess:
    """What the watch of this process knows; processes without one know nothing."""

    def is_on(self) -> bool:
        found = _watches.get(os.getpid())
        # Then somebody has to try: it may be back.
        return found is not None and time.monotonic() < found.away_until

    def suspect(self) -> bool:
        found = _watches.get(os.getpid())
        return found is not None and found.suspect()


outages.append(OutageOfProcess())
