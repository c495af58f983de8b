"""Pages on the disk of one machine, for the time in which the database is away.

Each process keeps pages in its memory, and a new process has none. What one of them
made lies here for the others, and for those that start without the database, with the
content generation that it shows. Nothing is read from here while the database answers.
"""

import hashlib
import json
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from portal.cache.entries import Entry, Headers
from portal.cache.generation import Generation, Token

logger = logging.getLogger(__name__)

Known = tuple[Generation, float]

MOST_FILES = 5000
# How many pages are put down between two looks at how many there are.
FILES_BETWEEN = 100
# How often the moment is written down at which a generation was still the present one.
NOTE_SECONDS = 30.0
KNOWN = "known"


class Shelf:
    """A folder with a file for each page, and one that names the last generation.

    A disk that fails or is full costs nothing but what lies here.
    """

    def __init__(self, folder: Path, most_files: int = MOST_FILES) -> None:
        self.folder = folder
        self.most_files = most_files
        self.number = 0
        self.noted: tuple[Generation, float] | None = None
        # What the file said, and of which file that was.
        self.read: tuple[Known | None, tuple[int, int]] = (None, (0, 0))

    def file(self, key: tuple[str, ...]) -> Path:
        return self.folder / hashlib.sha256("\n".join(key).encode()).hexdigest()

    def put(
        self, key: tuple[str, ...], headers: Headers, body: bytes, made: Generation
    ) -> None:
        head = {"key": key, "headers": headers, **as_data(made)}
        self.write(self.file(key), json.dumps(head).encode() + b"\n" + body)
        self.number += 1
        if self.number % FILES_BETWEEN == 0:
            self.tidy()

    def get(self, key: tuple[str, ...]) -> Entry | None:
        """The page as it was last made, whatever the generation."""
        try:
            first, _end, body = self.file(key).read_bytes().partition(b"\n")
            head = json.loads(first)
            if tuple(head["key"]) != key:
                return None
            headers = [(name, value) for name, value in head["headers"]]
            return Entry(headers, body, as_generation(head), media_type(headers))
        except (OSError, ValueError, KeyError):
            return None

    def holds(self, key: tuple[str, ...], token: Token) -> bool:
        """Whether some process made the page of that generation."""
        try:
            with self.file(key).open("rb") as file:
                return as_generation(json.loads(file.readline())).token == token
        except (OSError, ValueError, KeyError):
            return False

    def note(self, present: Generation) -> None:
        """The database named this generation just now."""
        now = time.time()
        if self.noted and self.noted[0] == present and now < self.noted[1]:
            return
        self.noted = present, now + NOTE_SECONDS
        data = json.dumps({"at": now, **as_data(present)})
        self.write(self.folder / KNOWN, data.encode())

    def known(self) -> Known | None:
        """The last generation that a process of this machine heard of, and when."""
        path = self.folder / KNOWN
        try:
            state = path.stat()
            if self.read[1] != (state.st_ino, state.st_mtime_ns):
                data = json.loads(path.read_bytes())
                found = as_generation(data), float(data["at"])
                self.read = found, (state.st_ino, state.st_mtime_ns)
        except (OSError, ValueError, KeyError):
            return None
        return self.read[0]

    def write(self, path: Path, data: bytes) -> None:
        """A file that others see when it is whole."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                file.write(data)
            os.replace(file.name, path)
        except OSError as error:
            logger.debug("Nothing could be put on the shelf: %r", error)

    def tidy(self) -> None:
        """The oldest files go where there are too many."""
        aged = []
        for path in self.folder.iterdir():
            try:
                aged.append((path.stat().st_mtime, path))
            except OSError:
                continue
        for _moment, path in sorted(aged)[: -self.most_files]:
            path.unlink(missing_ok=True)


def as_data(generation: Generation) -> dict[str, Any]:
    return {
        "token": generation.token,
        "changes_at": generation.changes_at,
        "day_ends_at": generation.day_ends_at,
    }


def as_generation(data: dict[str, Any]) -> Generation:
    newest, number = data["token"]
    changes_at, day_ends_at = float(data["changes_at"]), float(data["day_ends_at"])
    return Generation((newest, number), changes_at, day_ends_at)


def media_type(headers: Headers) -> str:
    named = {name.lower(): value for name, value in headers}
    return named.get("content-type", "")
