"""Looks into each uploaded file before it is kept: is it what its name says, and safe?

`inspect(file)` is the one door; models call it, so every road of upload passes it.
"""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from portal.media.gate import office, pdf, pictures, text
from portal.media.gate.faults import FileRefused
from portal.media.gate.scanner import scan

Check = Callable[[Any], None]

DOCUMENT_CHECKS: dict[str, Check] = {
    "pdf": pdf.check,
    "docx": office.check_docx,
    "xlsx": office.check_xlsx,
    "pptx": office.check_pptx,
    "odt": office.check_odt,
    "csv": text.check_text,
    "txt": text.check_text,
    "rtf": text.check_rtf,
}
PICTURE_CHECKS: dict[str, Check] = {
    name: pictures.check_as(kind)
    for name, kind in {
        "gif": "GIF",
        "jpg": "JPEG",
        "jpeg": "JPEG",
        "png": "PNG",
        "webp": "WEBP",
    }.items()
}


def inspect(file: Any, checks: dict[str, Check], most_bytes: int) -> None:
    """Raise FileRefused, with a sentence, unless the file may be kept.

    `file` is an open Django file; it is left at its start.
    """
    extension = PurePath(file.name or "").suffix.removeprefix(".").lower()
    check = checks.get(extension)
    if check is None:
        raise FileRefused(f"Files of this kind are not kept: {extension or 'none'}.")
    if not file.size:
        raise FileRefused("The file is empty.")
    if file.size > most_bytes:
        raise FileRefused(f"The file is larger than {most_bytes // 2**20} MB.")
    try:
        file.seek(0)
        check(file)
        file.seek(0)
        scan(file)
    finally:
        file.seek(0)
