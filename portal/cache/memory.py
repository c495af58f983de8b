"""Pages and parts in the memory of one process, at most so many bytes of them."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

WAIT_SECONDS = 10.0
REMEMBERED_KEYS = 4096


class Sized(Protocol):
    """What can be kept: it knows how many bytes it takes."""

    @property
    def size(self) -> int: ...


Kept = TypeVar("Kept", bound=Sized)


class Memory(Generic[Kept]):
    """What was read least lately goes first when there is no room."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.entries: OrderedDict[Hashable, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self.lock:
            entry = self.entries.get(key)
            if entry is not None:
                self.entries.move_to_end(key)
            return entry

    def put(self, key: Hashable, entry: Kept) -> None:
        with self.lock:
            former = self.entries.pop(key, None)
            self.bytes += entry.size - (former.size if former else 0)
            self.entries[key] = entry
            while self.bytes > self.most_bytes:
                _key, oldest = self.entries.popitem(last=False)
                self.bytes -= oldest.size

    def latest(self, most: int) -> list[Any]:
        """Keys of what was read last, the very last first."""
        with self.lock:
            return list(islice(reversed(self.entries), most))

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()
            self.bytes = 0


class OneAtATime:
    """Whoever asks for a page that is being made waits for it, instead of making it
    again; addresses known not to be kept are left alone.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.making: dict[Hashable, threading.Lock] = {}
        self.not_kept: OrderedDict[Hashable, None] = OrderedDict()

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[None]:
        if key in self.not_kept:
            yield
            return
        with self.lock:
            own = self.making.setdefault(key, threading.Lock())
        is_ours = own.acquire(timeout=WAIT_SECONDS)
        try:
            yield
        finally:
            with self.lock:
                if self.making.get(key) is own:
                    del self.making[key]
            if is_ours:
                own.release()

    def is_kept(self, key: Hashable) -> bool:
        return key not in self.not_kept

    def note(self, key: Hashable, *, is_kept: bool) -> None:
        with self.lock:
            if is_kept:
                self.not_kept.pop(key, None)
                return
            self.not_kept[key] = None
            while len(self.not_kept) > REMEMBERED_KEYS:
                self.not_kept.popitem(last=False)
