"""Files that must not be kept are refused with a sentence; odd but valid ones kept."""

import io
import socket
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from portal.media.gate import DOCUMENT_CHECKS, PICTURE_CHECKS, inspect
from portal.media.gate.faults import FileRefused
from portal.media.models import PortalDocument, PortalImage
from portal.refusals import Refusal
from tests.factories.files import pdf, pdf_writer, written

MOST = 5 * 2**20
# The test file of the anti-virus makers, put together here so that this file is none.
EICAR = "".join(
    ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*")
).encode()
OOXML = "application/vnd.openxmlformats-officedocument."
WORD = "wordprocessingml.document.main+xml"
EXCEL = "spreadsheetml.sheet.main+xml"
SLIDES = "presentationml.presentation.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ODT = "application/vnd.oasis.opendocument.text"
BOMB = b"<a>" + b" " * (8 * 2**20) + b"</a>"


def archive(parts: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def office(kind: str = WORD, types: str = "", **parts: Any) -> bytes:
    """An office file; `__` in a name stands for a slash, `_dot_` for a dot."""
    content_types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/m" ContentType="{types or OOXML + kind}"/></Types>'
    )
    named = {
        name.replace("__", "/").replace("_dot_", "."): content
        for name, content in parts.items()
    }
    return archive(
        {"[Content_Types].xml": content_types, "word/document.xml": "<w/>", **named}
    )


def relation(kind: str, target: str) -> dict[str, str]:
    return {
        "word___rels__settings_dot_xml_dot_rels": (
            f'<Relationships><Relationship Id="r1" Type="{RELATIONS}{kind}" '
            f'Target="{target}" TargetMode="External"/></Relationships>'
        )
    }


def odt(mimetype: str = ODT, content: str = "<office/>", **parts: str) -> bytes:
    return archive({"mimetype": mimetype, "content.xml": content, **parts})


def pdf_with(**root: Any) -> bytes:
    writer = pdf_writer()
    for name, value in root.items():
        writer.root_object[NameObject(f"/{name}")] = value
    return written(writer)


def action(kind: str, **values: str) -> DictionaryObject:
    made = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
    for name, value in values.items():
        made[NameObject(f"/{name}")] = TextStringObject(value)
    return made


def pdf_script_of_document() -> bytes:
    named = ArrayObject([TextStringObject("a"), SCRIPT])
    tree = DictionaryObject({NameObject("/Names"): named})
    return pdf_with(Names=DictionaryObject({NameObject("/JavaScript"): tree}))


def pdf_attachment() -> bytes:
    writer = pdf_writer()
    writer.add_attachment("run.exe", b"MZ")
    return written(writer)


def pdf_encrypted() -> bytes:
    writer = pdf_writer()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def pdf_link_that_starts() -> bytes:
    writer = pdf_writer()
    link = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): action("Launch", F="cmd.exe"),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link])
    return written(writer)


def pdf_orphan() -> bytes:
    """A command in an object that nothing refers to."""
    writer = pdf_writer()
    writer._add_object(action("JavaScript", JS="app.alert(1)"))
    return written(writer)


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), **more: Any) -> bytes:
    stream = io.BytesIO()
    Image.new(more.pop("mode", "RGB"), size, "white").save(stream, kind, **more)
    return stream.getvalue()


def pixel_bomb() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in a few bytes: only the head says so."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = struct.pack("!L", zlib.crc32(name + body))
        return struct.pack("!L", len(body)) + name + body + checksum

    head = struct.pack("!LLBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def moving(frames: int) -> bytes:
    stream = io.BytesIO()
    first, *rest = [
        Image.new("RGB", (4, 4), (number % 256, number // 2, 0))
        for number in range(frames)
    ]
    first.save(stream, "GIF", save_all=True, append_images=rest)
    return stream.getvalue()


SCRIPT = action("JavaScript", JS="app.alert(1)")
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("a.txt", lambda: b""),
    "too large": ("a.txt", lambda: b"x" * (MOST + 1)),
    "unknown kind": ("a.exe", lambda: b"MZ"),
    "svg": ("a.svg", lambda: b"<svg onload='alert(1)'/>"),
    "no extension": ("a", lambda: b"text"),
    "web page as PDF": ("a.pdf", lambda: b"<html><script>alert(1)</script>"),
    "program as PDF": ("a.pdf", lambda: b"MZ\x90\0"),
    "web page before a PDF": ("a.pdf", lambda: b"<script></script>" + pdf()),
    "PDF cut short": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj"),
    "PDF without pages": ("a.pdf", lambda: b"%PDF-1.4"),
    "PDF script when opened": ("a.pdf", lambda: pdf_with(OpenAction=SCRIPT)),
    "PDF script by name": ("a.pdf", pdf_script_of_document),
    "PDF script of an orphan": ("a.pdf", pdf_orphan),
    "PDF starts a program": ("a.pdf", pdf_link_that_starts),
    "PDF sends a form": (
        "a.pdf",
        lambda: pdf_with(OpenAction=action("SubmitForm", F="http://example.org")),
    ),
    "PDF with a file inside": ("a.pdf", pdf_attachment),
    "PDF with XFA": (
        "a.pdf",
        lambda: pdf_with(
            AcroForm=DictionaryObject({NameObject("/XFA"): TextStringObject("x")})
        ),
    ),
    "PDF encrypted": ("a.pdf", pdf_encrypted),
    "plain zip as Word": ("a.docx", lambda: archive({"a.txt": "a"})),
    "text as Word": ("a.docx", lambda: b"no archive"),
    "Excel as Word": ("a.docx", lambda: office(EXCEL)),
    "Word as Excel": ("a.xlsx", lambda: office(WORD)),
    "Word with macros": (
        "a.docx",
        lambda: office(types="application/vnd.ms-word.document.macroEnabled.main+xml"),
    ),
    "macros beside the text": ("a.docx", lambda: office(word__vbaProject_dot_bin=b"x")),
    "Excel macro sheet": (
        "a.xlsx",
        lambda: office(EXCEL, xl__macrosheets__a_dot_xml="<a/>"),
    ),
    "ActiveX": ("a.docx", lambda: office(word__activeX__a_dot_xml="<a/>")),
    "embedded object": ("a.docx", lambda: office(word__embeddings__a_dot_bin=b"x")),
    "template from elsewhere": (
        "a.docx",
        lambda: office(**relation("attachedTemplate", "http://example.org/t.dotm")),
    ),
    "link to a program": (
        "a.docx",
        lambda: office(**relation("hyperlink", "file:///c:/windows/cmd.exe")),
    ),
    "DDE": (
        "a.docx",
        lambda: office(word__a_dot_xml="<a><t> DDEAUTO c:\\cmd.exe </t></a>"),
    ),
    "entity bomb": (
        "a.docx",
        lambda: office(word__a_dot_xml='<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'),
    ),
    "zip bomb": ("a.docx", lambda: office(word__a_dot_xml=BOMB)),
    "zip slip": ("a.docx", lambda: archive({"../../a.xml": "<a/>"})),
    "archive in an archive": ("a.docx", lambda: office(word__a_dot_zip=b"PK")),
    "two parts of one name": (
        "a.docx",
        lambda: archive({"a.xml": "<a/>", "A.xml": "<a/>"}),
    ),
    "OpenDocument with scripts": ("a.odt", lambda: odt(**{"Basic/a.xml": "<a/>"})),
    "spreadsheet as text": ("a.odt", lambda: odt(mimetype="application/zip")),
    "web page as text": ("a.txt", lambda: b"\n <HTML><script>"),
    "program as CSV": ("a.csv", lambda: b"MZ\x90\0\x03"),
    "bytes as text": ("a.txt", lambda: b"text \x00\x01\x02"),
    "RTF with an object": ("a.rtf", lambda: b"{\\rtf1 {\\object\\objdata 01}}"),
    "RTF with a template": ("a.rtf", lambda: b"{\\rtf1 {\\*\\template http://e.org}}"),
    "text as RTF": ("a.rtf", lambda: b"text"),
    "text as picture": ("a.png", lambda: b"text"),
    "GIF as PNG": ("a.png", lambda: picture("GIF")),
    "picture cut short": ("a.png", lambda: picture()[:40]),
    "pixel bomb": ("a.png", pixel_bomb),
    "script behind a picture": ("a.gif", lambda: picture("GIF") + b"<script>a()"),
    "archive behind a picture": (
        "a.jpg",
        lambda: picture("JPEG") + archive({"a.txt": "a"}),
    ),
    "too many frames": ("a.gif", lambda: moving(250)),
}
KEPT: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PDF": ("a.pdf", pdf),
    "PDF in capitals": ("A.PDF", pdf),
    "PDF with bytes behind": ("a.pdf", lambda: pdf() + b"\n\n"),
    "PDF with a web link": (
        "a.pdf",
        lambda: pdf_with(OpenAction=action("URI", URI="https://example.org")),
    ),
    "Word": ("a.docx", office),
    "Word with a web link": (
        "a.docx",
        lambda: office(**relation("hyperlink", "https://example.org")),
    ),
    "Word about DDE": (
        "a.docx",
        lambda: office(word__a_dot_xml="<a><t>The DDE of 2019</t></a>"),
    ),
    "Word with an empty part": ("a.docx", lambda: office(word__a_dot_bin=b"")),
    "Excel": ("a.xlsx", lambda: office(EXCEL)),
    "presentation": ("a.pptx", lambda: office(SLIDES)),
    "OpenDocument": ("a.odt", odt),
    "text": ("a.txt", lambda: b"Sample text."),
    "text of Windows": ("a.txt", lambda: b"It\x92s \xa35"),
    "text with a mark": ("a.csv", lambda: b"\xef\xbb\xbfa,b\r\n"),
    "text in UTF-16": ("a.txt", lambda: "Sample".encode("utf-16")),
    "RTF": ("a.rtf", lambda: b"{\\rtf1\\ansi Sample}"),
    "PNG": ("a.png", picture),
    "PNG of two colours": ("a.png", lambda: picture(mode="1")),
    "JPEG in CMYK": ("a.jpeg", lambda: picture("JPEG", mode="CMYK")),
    "WebP": ("a.webp", lambda: picture("WEBP")),
    "moving GIF": ("a.gif", lambda: moving(12)),
}


def look(name: str, content: bytes) -> None:
    inspect(ContentFile(content, name), DOCUMENT_CHECKS | PICTURE_CHECKS, MOST)


@pytest.mark.once
@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    name, content = REFUSED[what]
    with pytest.raises(FileRefused) as refusal:
        look(name, content())
    assert refusal.value.messages[0].endswith("."), "One sentence for a person."


@pytest.mark.once
@pytest.mark.parametrize("what", KEPT)
def test_kept(what: str) -> None:
    name, content = KEPT[what]
    look(name, content())


@pytest.mark.django_db
def test_code_that_saves_a_file_passes_the_gate_too(site) -> None:
    document = PortalDocument(title="A", file=ContentFile(b"MZ", name="a.pdf"))
    with pytest.raises(Refusal, match="not a PDF"):
        document.save()
    image = PortalImage(title="A", file=ContentFile(picture("GIF"), name="a.png"))
    with pytest.raises(Refusal, match="says PNG"):
        image.save()
    assert not PortalDocument.objects.exists()
    assert not PortalImage.objects.exists()


@pytest.fixture
def scanner(tmp_path: Path, settings):
    """A scanner that knows one harmful file, with a socket like clamd's."""
    address = tmp_path / "clamd"
    settings.UPLOAD_SCANNER = f"unix:{address}"
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(address))
    listening.listen()

    def received(line: socket.socket) -> bytes:
        stream, content = line.makefile("rb"), b""
        assert stream.read(10) == b"zINSTREAM\0"
        while length := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(length)
        return content

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            found = EICAR in received(line)
            line.sendall(b"stream: Eicar FOUND\0" if found else b"stream: OK\0")
            line.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


@pytest.mark.once
def test_the_scanner_is_asked(scanner) -> None:
    look("a.txt", b"Harmless.\n" * 20_000)
    with pytest.raises(FileRefused, match="something harmful"):
        look("a.txt", b"Words.\n" * 20_000 + EICAR)


@pytest.mark.once
def test_without_its_answer_nothing_is_kept(settings, tmp_path) -> None:
    settings.UPLOAD_SCANNER = f"unix:{tmp_path / 'nobody'}"
    with pytest.raises(FileRefused, match="does not answer"):
        look("a.txt", b"Harmless.")
