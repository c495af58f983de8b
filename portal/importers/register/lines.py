"""Reads JSON Lines from a stream, one line in memory at a time.

A line is one object in UTF-8, at most a million bytes long. Blank lines, a byte order
mark at the beginning and line ends of Windows are passed over.
"""

import codecs
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from portal.importers.problems import ImportProblem

LONGEST_LINE = 1_000_000
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, and what it holds or why that cannot be read."""

    number: int
    data: Any = None
    problem: ImportProblem | None = None


class Lines:
    """The lines of a stream, with what has been read of it so far."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.bytes_read = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while raw := self.read():
            number += 1
            if number == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            if not raw.strip():
                continue
            try:
                yield Line(number, data=read_object(raw))
            except ImportProblem as problem:
                yield Line(number, problem=problem)

    def read(self) -> bytes:
        """The next line; of a line that is too long, one byte too many."""
        raw = self.take()
        rest = raw
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = self.take()
        return raw

    def take(self) -> bytes:
        raw = self.stream.readline(LONGEST_LINE + 1)
        self.bytes_read += len(raw)
        self.digest.update(raw)
        return raw


def read_object(raw: bytes) -> dict[str, Any]:
    """The object on a line; an ImportProblem when it is anything else."""
    if len(raw) > LONGEST_LINE:
        raise ImportProblem("", f"A line has at most {LONGEST_LINE:,} bytes.")
    if raw.startswith(UTF_16):
        raise ImportProblem("", "This file is in UTF-16. Save it as UTF-8.")
    if b"\0" in raw:
        raise ImportProblem("", "This line holds NUL characters. Is it UTF-8 text?")
    try:
        data = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=without_repeated_keys,
            parse_constant=refuse_number,
            parse_float=finite,
        )
        check_texts(data, "")
    except UnicodeDecodeError as error:
        message = f"Byte {error.start + 1} is not UTF-8. Save the file as UTF-8."
        raise ImportProblem("", message) from error
    except json.JSONDecodeError as error:
        message = f"This is not valid JSON: {error.msg} (column {error.colno})."
        raise ImportProblem("", message) from error
    except (RecursionError, ValueError) as error:
        message = "This is nested too deeply, or a number is too long."
        raise ImportProblem("", message) from error
    if not isinstance(data, dict):
        raise ImportProblem("", "A line holds one object with keys.")
    return data


def without_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        again = next(key for key in keys if keys.count(key) > 1)
        raise ImportProblem(again, "This key stands twice in one object.")
    return found


def refuse_number(written: str) -> None:
    raise ImportProblem("", f"{written} is not a number that can be kept.")


def finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        refuse_number(written)
    return value


def check_texts(value: Any, where: str) -> None:
    """Refuse characters that no database keeps."""
    match value:
        case str():
            if "\0" in value or not is_text(value):
                raise ImportProblem(
                    where, "A NUL character, or half of a pair, cannot be kept."
                )
        case dict():
            for key, member in value.items():
                check_texts(key, where)
                check_texts(member, f"{where}.{key}".removeprefix("."))
        case list():
            for index, member in enumerate(value):
                check_texts(member, f"{where}[{index}]")


def is_text(value: str) -> bool:
    """Whether no surrogate stands alone, as an escape of JSON can write it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
