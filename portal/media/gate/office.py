"""Word, Excel, PowerPoint and OpenDocument files: zip archives with a known inside."""

import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from portal.media.gate.faults import FileRefused

MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 2**20
MOST_UNPACKED_XML = 64 * 2**20
# Word's own XML packs up to about 1:60; a bomb begins far above.
MOST_RATIO = 200
RATIO_MATTERS_FROM = 2**20
CHUNK = 2**16
OOXML = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = "[Content_Types].xml"
ODT = b"application/vnd.oasis.opendocument.text"
MACROS = re.compile(
    r"(vbaproject|vbadata)[^/]*$|(^|/)(activex|macrosheets|embeddings|basic|scripts)/",
    re.IGNORECASE,
)
NESTED = {".zip", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr", ".jar", ".hta"}
# Relations that make the program fetch something when the file is opened.
FETCHED = {
    "attachedTemplate",
    "oleObject",
    "frame",
    "subDocument",
    "externalLinkPath",
    "image",
    "package",
}


def check_docx(file: Any) -> None:
    check_ooxml(file, f"{OOXML}wordprocessingml.document.main+xml", "Word document")


def check_xlsx(file: Any) -> None:
    check_ooxml(file, f"{OOXML}spreadsheetml.sheet.main+xml", "Excel workbook")


def check_pptx(file: Any) -> None:
    check_ooxml(file, f"{OOXML}presentationml.presentation.main+xml", "presentation")


def check_ooxml(file: Any, main: str, what: str) -> None:
    parts = unpacked(file, what)
    types = parts.get(CONTENT_TYPES)
    if types is None:
        raise FileRefused(f"The name says {what}, but the file is another archive.")
    declared = {node.get("ContentType", "") for node in tree(types)}
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in declared):
        raise FileRefused("The file contains macros. Save it without macros.")
    if main not in declared:
        raise FileRefused(f"The name says {what}, but the file is another one.")
    for name, content in parts.items():
        root = tree(content)
        if name.lower().endswith(".rels"):
            refuse_fetching(root)
        refuse_commands(content)


def check_odt(file: Any) -> None:
    parts = unpacked(file, "OpenDocument text")
    if parts.get("mimetype", b"").strip() != ODT:
        raise FileRefused("The name says OpenDocument text, but the file is not one.")
    if "content.xml" not in parts:
        raise FileRefused("The file has no text in it.")
    for name, content in parts.items():
        if name.endswith(".xml"):
            root = tree(content)
            if any(one.tag.endswith("}event-listener") for one in root.iter()):
                raise FileRefused("The file contains macros. Save it without macros.")


def unpacked(file: Any, what: str) -> dict[str, bytes]:
    """The XML of the archive by name; the rest is unpacked, counted and dropped."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            refuse_names(members)
            return read_all(archive, members)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ):
        raise FileRefused(
            f"The name says {what}, but the file is damaged or not one."
        ) from None


def refuse_names(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_PARTS:
        raise FileRefused("The archive has too many parts.")
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) != len(names):
        raise FileRefused("The archive has two parts of one name.")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise FileRefused("The archive has a part that would leave its folder.")
        if member.flag_bits & 1:
            raise FileRefused("The file is encrypted. Save it without a password.")
        if MACROS.search(member.filename):
            raise FileRefused("The file contains macros or embedded programs.")
        if path.suffix.lower() in NESTED:
            raise FileRefused("The file contains another archive or program.")


def read_all(
    archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]
) -> dict[str, bytes]:
    kept: dict[str, bytes] = {}
    total = total_xml = 0
    for member in members:
        is_xml = member.filename == "mimetype" or member.filename.lower().endswith(
            (".xml", ".rels")
        )
        chunks, size = [], 0
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                size += len(chunk)
                total += len(chunk)
                total_xml += len(chunk) * is_xml
                # What is counted is what comes out: a bomb lies about its size.
                refuse_bomb(member, size, total, total_xml)
                if is_xml:
                    chunks.append(chunk)
        if is_xml:
            kept[member.filename] = b"".join(chunks)
    return kept


def refuse_bomb(member: zipfile.ZipInfo, size: int, total: int, total_xml: int) -> None:
    is_dense = size > RATIO_MATTERS_FROM and size > MOST_RATIO * max(
        member.compress_size, 1
    )
    if is_dense or total > MOST_UNPACKED or total_xml > MOST_UNPACKED_XML:
        raise FileRefused("The file unpacks to far more than a document holds.")


def tree(content: bytes) -> Any:
    try:
        return fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        raise FileRefused("The file is damaged inside. Save it again.") from None


def refuse_fetching(root: Any) -> None:
    for relation in root:
        kind = relation.get("Type", "").rpartition("/")[2]
        is_outside = relation.get("TargetMode", "").lower() == "external"
        target = relation.get("Target", "").strip().lower()
        if is_outside and kind in FETCHED:
            raise FileRefused("The file fetches something from elsewhere when opened.")
        if is_outside and not target.startswith(("http:", "https:", "mailto:", "#")):
            raise FileRefused("The file has a link that is no web or e-mail address.")


def refuse_commands(content: bytes) -> None:
    """Fields that start programs (DDE), in words that Word itself writes."""
    if re.search(rb">\s*DDE(AUTO)?\s", content) or b"<ddeLink" in content:
        raise FileRefused("The file contains a command that starts a program.")
