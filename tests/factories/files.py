"""Files as programs write them."""

import io

from PIL import Image
from pypdf import PdfWriter


def pdf(words: str = "") -> bytes:
    """A PDF of one empty page, its title the words."""
    return written(pdf_writer(words))


def pdf_writer(words: str = "") -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": words})
    return writer


def written(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def png(side: int = 8) -> bytes:
    """A black square of so many pixels."""
    stream = io.BytesIO()
    Image.new("RGB", (side, side)).save(stream, "PNG")
    return stream.getvalue()
