"""Readers at a steady rate, each on a connection and an address of its own."""

import itertools
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

READERS = 120
ANSWER_SECONDS = 30
SEARCHES = 0.2
NO_ANSWER = 0
MOST_NAMED = 12
STAFF_GROUND = "/admin/"
# Of these nobody promises that they are there when a part is away.
NO_PAGES = ("/search/", "/media/", "/documents/")


@dataclass(frozen=True)
class Answer:
    """One answer: how it was said to be kept, and after how many seconds it came."""

    phase: str
    address: str
    status: int
    is_stale: bool
    seconds: float

    @property
    def is_good(self) -> bool:
        """A page, or what follows a form that was saved."""
        return self.status in {200, 302}


@dataclass
class Record:
    """All answers, by the phase in which their question was asked."""

    phase: str = "start"
    since: float = field(default_factory=time.monotonic)
    answers: list[Answer] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, phase: str) -> None:
        self.since, self.phase = time.monotonic(), phase

    def add(self, answer: Answer) -> None:
        with self.lock:
            self.answers.append(answer)

    def lines(self) -> list[str]:
        by_phase: dict[str, list[Answer]] = defaultdict(list)
        for answer in self.answers:
            by_phase[answer.phase].append(answer)
        return [line_of(phase, found) for phase, found in by_phase.items()]

    def refused(self) -> list[str]:
        """By phase: the slowest answer, and the pages that somebody asked for in vain.

        Those that nobody had got before are counted too: nothing of them was kept.
        """
        failed: dict[str, Counter[str]] = defaultdict(Counter)
        slowest: dict[str, float] = defaultdict(float)
        unseen: Counter[str] = Counter()
        seen: set[str] = set()
        for answer in self.answers:
            slowest[answer.phase] = max(slowest[answer.phase], answer.seconds)
            if answer.is_good:
                seen.add(answer.address)
            elif not answer.address.startswith((*NO_PAGES, STAFF_GROUND)):
                failed[answer.phase][f"{answer.address} {answer.status}"] += 1
                unseen[answer.phase] += answer.address not in seen
        return [
            f"{phase}: slowest {seconds:.1f} s, {failed[phase].total()} pages in vain, "
            f"{unseen[phase]} of them never seen by anybody"
            + "".join(f"; {n} × {x}" for x, n in failed[phase].most_common(MOST_NAMED))
            for phase, seconds in slowest.items()
        ]


def line_of(phase: str, answers: Sequence[Answer]) -> str:
    seconds = sorted(answer.seconds for answer in answers)
    failed = Counter(a.status for a in answers if not a.is_good)
    which = ", ".join(f"{status}: {n}" for status, n in sorted(failed.items()))
    pages = [a for a in answers if not a.address.startswith(NO_PAGES)]
    good = sum(a.is_good for a in pages) / max(len(pages), 1)
    return (
        f"{phase:<28} {len(answers):>6} answers {sum(failed.values()):>5} failed"
        f" {sum(a.is_stale for a in answers):>6} stale"
        f"  p50 {percentile(seconds, 50):>6.0f} p95 {percentile(seconds, 95):>6.0f}"
        f" p99 {percentile(seconds, 99):>6.0f} ms  pages {good:8.3%} good"
        + (f"  ({which})" if which else "")
    )


def percentile(ordered: Sequence[float], which: int) -> float:
    """Milliseconds; `ordered` are seconds."""
    if not ordered:
        return float("nan")
    return 1000 * ordered[min(len(ordered) - 1, len(ordered) * which // 100)]


class Visitors:
    """So many questions a second, whether or not the ones before were answered."""

    def __init__(
        self,
        port: int,
        addresses: Sequence[str],
        words: Sequence[str],
        record: Record,
        *,
        rate: float,
        most: int | None = None,
        readers: int = READERS,
    ) -> None:
        self.port, self.addresses, self.words = port, addresses, words
        self.record, self.rate, self.most = record, rate, most
        self.numbers = itertools.count()
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self.read, args=[number], daemon=True)
            for number in range(readers)
        ]

    def __enter__(self) -> "Visitors":
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.over.set()
        self.join()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(ANSWER_SECONDS * 2)

    def read(self, number: int) -> None:
        chance = random.Random(number)
        source = f"127.0.{1 + number // 200}.{1 + number % 200}"
        while not self.over.is_set():
            turn = next(self.numbers)
            if self.most is not None and turn >= self.most:
                return
            if self.over.wait(max(0, self.begun + turn / self.rate - time.monotonic())):
                return
            address = self.address(chance)
            self.record.add(ask(self.port, address, self.record.phase, source))

    def address(self, chance: random.Random) -> str:
        if chance.random() < SEARCHES:
            return f"/search/?q={chance.choice(self.words)}"
        return chance.choice(self.addresses)


def ask(port: int, address: str, phase: str, source: str) -> Answer:
    begun = time.monotonic()
    status, is_stale = NO_ANSWER, False
    door = HTTPConnection(
        "127.0.0.1", port, timeout=ANSWER_SECONDS, source_address=(source, 0)
    )
    try:
        # As on the usual port, which browsers do not name.
        headers = {"Connection": "close", "Host": "127.0.0.1"}
        door.request("GET", address, headers=headers)
        answer = door.getresponse()
        answer.read()
        status = answer.status
        is_stale = "stale" in (
            answer.headers.get("X-Cache", ""),
            answer.headers.get("X-Front-Cache", "").lower(),
        )
    except (OSError, HTTPException):
        pass
    finally:
        door.close()
    return Answer(phase, address, status, is_stale, time.monotonic() - begun)


def until(is_true: Callable[[], bool], seconds: float) -> bool:
    """Wait for it, bounded."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_true():
            return True
        time.sleep(0.1)
    return False
