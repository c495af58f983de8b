"""PDF: it must be one, be readable by everybody, and do nothing by itself."""

from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

from portal.media.gate.faults import FileRefused

START = b"%PDF-"
MOST_OBJECTS = 200_000
# Keys and kinds of action of ISO 32000-2, sections 7.11.4, 12.6.4 and 12.7.8.
KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/EF": "another file inside",
    "/EmbeddedFiles": "other files inside",
    "/XFA": "a form with a program",
    "/RichMediaContent": "rich media",
}
ACTIONS = {
    "/JavaScript": "a script",
    "/Launch": "a command that starts a program",
    "/SubmitForm": "a command that sends a form away",
    "/ImportData": "a command that reads a file",
    "/GoToE": "a command that opens a file inside",
    "/Rendition": "rich media",
}


def check(file: Any) -> None:
    if file.read(len(START)) != START:
        raise FileRefused("The name says PDF, but the file is not a PDF.")
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            raise FileRefused("The PDF is encrypted. Save it without a password.")
        look_at_objects(reader)
        pages = len(reader.pages)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
        AssertionError,
        NotImplementedError,
    ) as fault:
        if isinstance(fault, FileRefused):
            raise
        raise FileRefused("The PDF is damaged. Save it again.") from None
    if not pages:
        raise FileRefused("The PDF has no pages.")


def look_at_objects(reader: PdfReader) -> None:
    """Every object of the file, also those that no page refers to."""
    numbers = {number for table in reader.xref.values() for number in table}
    numbers |= set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        raise FileRefused("The PDF has too many parts to look at.")
    for number in numbers:
        if number:
            look_at(reader.get_object(number))


def look_at(value: Any) -> None:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, DictionaryObject):
            refuse_commands(found)
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)


def refuse_commands(found: DictionaryObject) -> None:
    for key, what in KEYS.items():
        if key in found:
            raise FileRefused(f"The PDF contains {what}. Save it without.")
    action = ACTIONS.get(str(found.raw_get("/S"))) if "/S" in found else None
    if action:
        raise FileRefused(f"The PDF contains {action}. Save it without.")
