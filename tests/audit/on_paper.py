"""What comes out of the printer: how many pages, and whether it can be read aloud."""

import re
from collections.abc import Iterator
from io import BytesIO

from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.audit.addresses import Address
from tests.audit.figures import Figure, at_most, none_of
from tests.audit.in_browser import DESKTOP, window

TREATMENT_PAGES = 4
# A day, a month in any script, a year; a document may hold them as they are drawn, and
# the letters of some scripts not at all.
DATE = re.compile(r"\b\d{1,2}[^\d\n]{3,24}20\d{2}\b|\b20\d{2}[^\d\n]{3,24}\d{1,2}\b")


def paper(browser: Browser, base: str, every: list[Address]) -> Iterator[Figure]:
    """All treatments, and one page of each other kind."""
    lengths: dict[str, float] = {}
    faults: list[str] = []
    with window(browser, viewport=DESKTOP) as page:
        for address in every:
            page.goto(base + address.path, wait_until="networkidle")
            document = PdfReader(BytesIO(page.pdf(format="A4", tagged=True)))
            faults += faults_of(document, address, base)
            if address.kind.startswith("treatment"):
                lengths[address.path] = len(document.pages)
    yield at_most("printed pages of a treatment", TREATMENT_PAGES, lengths)
    yield none_of("prints without tags, language, address, date", faults)


def faults_of(document: PdfReader, address: Address, base: str) -> Iterator[str]:
    """What is missing for those who are read to, or who find the paper in a drawer."""
    root = document.root_object
    text = "".join("".join(sheet.extract_text().split()) for sheet in document.pages)
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield f"{address.path}: no tags"
    if not root.get("/Lang"):
        yield f"{address.path}: no language"
    if address.kind.startswith(("treatment", "policy", "version", "checklist")):
        if base + address.path not in text:
            yield f"{address.path}: no address"
        if not DATE.search("\n".join(sheet.extract_text() for sheet in document.pages)):
            yield f"{address.path}: no date"
