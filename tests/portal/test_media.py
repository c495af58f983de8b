"""What may be uploaded, and what is said when it may not."""

import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.models import Collection

from portal.media.models import PortalDocument, PortalImage

pytestmark = pytest.mark.once


@pytest.fixture
def staff(client: Client, people: SimpleNamespace) -> Client:
    client.force_login(people.author)
    return client


def picture() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "PNG")
    return SimpleUploadedFile("joint.png", stream.getvalue(), "image/png")


def add_picture(staff: Client, file: SimpleUploadedFile, **values: str) -> str:
    root = Collection.get_first_root_node()
    data = {"title": "A joint", "file": file, "collection": root.pk, **values}
    return staff.post("/admin/images/add/", data).content.decode()


def test_picture_needs_words_for_those_who_cannot_see_it(staff: Client) -> None:
    html = add_picture(staff, picture())

    assert "Say what the picture shows" in html
    assert not PortalImage.objects.exists()


def test_decorative_picture_has_empty_alternative_text(staff: Client) -> None:
    add_picture(staff, picture(), is_decorative="on")

    assert PortalImage.objects.get().default_alt_text == ""


def test_file_that_is_no_picture_is_refused_with_a_sentence(staff: Client) -> None:
    file = SimpleUploadedFile("joint.png", b"no picture at all", "image/png")

    html = add_picture(staff, file, description="A joint")

    assert "Upload a valid image" in html
    assert not PortalImage.objects.exists()


@pytest.mark.parametrize("name", ["run.exe", "page.html", "macro.docm", "keys.zip"])
def test_document_of_another_kind_is_refused(staff: Client, name: str) -> None:
    root = Collection.get_first_root_node()
    file = SimpleUploadedFile(name, b"bytes")

    response = staff.post(
        "/admin/documents/add/",
        {
            "title": "A file",
            "file": file,
            "collection": root.pk,
            "kind": "policy",
            "language": "en",
        },
    )

    assert "not allowed" in response.content.decode()
    assert not PortalDocument.objects.exists()


def test_an_empty_document_is_refused_for_that_alone(staff: Client) -> None:
    root = Collection.get_first_root_node()

    response = staff.post(
        "/admin/documents/add/",
        {
            "title": "A file",
            "file": SimpleUploadedFile("leaflet.pdf", b""),
            "collection": root.pk,
            "kind": "policy",
            "language": "en",
        },
    )

    assert "The submitted file is empty." in response.content.decode()
    assert "not allowed" not in response.content.decode()
