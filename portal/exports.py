"""Tables for a spreadsheet: CSV and XLSX, the same rows in both, no formula alive."""

import csv
import datetime
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

IN_MEMORY = 8 * 1024 * 1024
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = list[Any]


@dataclass(frozen=True)
class Table:
    """One export: its name for people, its columns, and where its rows come from."""

    label: str
    columns: list[str]
    rows: Callable[[], Iterator[Row]]


def cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).isoformat(" ", "seconds")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(table: Table) -> Iterator[list[str]]:
    yield table.columns
    for row in table.rows():
        yield [cell(value) for value in row]


def write_csv(target: IO[bytes], table: Table) -> None:
    """UTF-8 with the mark by which spreadsheets recognise it."""
    text = io.TextIOWrapper(target, "utf-8-sig", newline="")
    csv.writer(text).writerows(lines(table))
    text.detach()


def write_xlsx(target: IO[bytes], table: Table) -> None:
    """One sheet; control characters, which the format does not know, are left out."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(table.label)
    for line in lines(table):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", text) for text in line])
    workbook.save(target)


FORMATS: dict[str, Callable[[IO[bytes], Table], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def download(name: str, write: Callable[[IO[bytes]], None]) -> FileResponse:
    """What `write` writes, as a file to save that no cache keeps."""
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))
        write(file)
        # From here on the response closes the file.
        stack.pop_all()
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
