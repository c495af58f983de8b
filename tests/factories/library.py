"""Rows of the library of documents and pictures."""

from django.core.files.base import ContentFile

from portal.media.models import PortalDocument, PortalImage
from tests.factories.files import png


def document_row() -> PortalDocument:
    return PortalDocument.objects.create(
        title="Minutes", file=ContentFile(b"Sample minutes.", name="minutes.txt")
    )


def picture_row() -> PortalImage:
    return PortalImage.objects.create(
        title="A joint",
        description="A joint.",
        file=ContentFile(png(), name="joint.png"),
    )
