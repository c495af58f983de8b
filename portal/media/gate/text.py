"""CSV, plain text and RTF."""

import re
from typing import Any

from portal.media.gate.faults import FileRefused

# Starts of files that call themselves text to be opened as something else.
OTHERS = (
    b"%PDF-",
    b"PK\x03\x04",
    b"MZ",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"#!",
)
MARKUP = re.compile(
    rb"^\s*(<!doctype|<html|<svg|<\?xml|<\?php|<script|<iframe|<body|<head)", re.I
)
OBJECTS = re.compile(
    rb"\\(objdata|objocx|objautlink|objlink|objupdate|object|objemb)(?![a-z])"
    rb"|\\\*\s*\\template(?![a-z])|\bDDE(AUTO)?\b",
)
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")


def check_text(file: Any) -> None:
    content = file.read()
    start = content.removeprefix(b"\xef\xbb\xbf")
    if start.startswith(OTHERS):
        raise FileRefused("The name says text, but the file is another one.")
    if MARKUP.match(start):
        raise FileRefused("The name says text, but the file is a web page.")
    if not is_text(content):
        raise FileRefused("The name says text, but the file has other bytes in it.")


def is_text(content: bytes) -> bool:
    for encoding in ENCODINGS:
        if encoding == "utf-16" and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not re.search(r"[\x00-\x08\x0e-\x1f]", decoded)
    return False


def check_rtf(file: Any) -> None:
    content = file.read()
    if not content.startswith(b"{\\rtf1"):
        raise FileRefused("The name says RTF, but the file is not one.")
    if OBJECTS.search(content) or b"\\bin" in content:
        raise FileRefused("The RTF contains an object, a template or a command.")
