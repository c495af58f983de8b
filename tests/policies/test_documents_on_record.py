"""A file that a version names keeps its bytes and stays."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from policies.models import PolicyDocument, VersionDocument
from portal.media.models import PortalDocument
from portal.refusals import Refusal
from tests.factories.approval import publish_policy, write_draft

OLD, NEW = b"The approved text of a sample.", b"Swapped."


@pytest.fixture
def document(author):
    return PortalDocument.objects.create(
        title="Sample annex",
        file=ContentFile(OLD, name="annex.txt"),
        uploaded_by_user=author,
    )


@pytest.fixture
def version(policy_draft, people, document):
    write_draft(
        policy_draft, people.author, documents=[PolicyDocument(document=document)]
    )
    return publish_policy(policy_draft, people)


def bytes_that_readers_get(client, document):
    response = client.get(document.url)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    response.close()
    return content


def test_a_version_names_its_documents_by_their_bytes(version, document, client):
    assert VersionDocument.objects.get(version=version).sha256 == document.sha256
    assert bytes_that_readers_get(client, document) == OLD


@pytest.mark.parametrize("role", ["author", "publisher", "superuser"])
def test_a_file_on_record_is_not_replaced(version, document, client_of, request, role):
    person = request.getfixturevalue(role)
    url = reverse("wagtaildocs:edit", args=[document.pk])

    client_of(person).post(
        url,
        {
            "title": document.title,
            "kind": document.kind,
            "language": document.language,
            "collection": document.collection_id,
            "tags": "",
            "file": SimpleUploadedFile("annex.txt", NEW),
        },
    )

    document.refresh_from_db()
    assert document.sha256 == VersionDocument.objects.get(version=version).sha256
    assert bytes_that_readers_get(Client(), document) == OLD


@pytest.mark.parametrize("role", ["author", "publisher", "superuser"])
def test_a_document_on_record_is_not_deleted(
    version, document, client_of, request, role
):
    person = request.getfixturevalue(role)

    client_of(person).post(reverse("wagtaildocs:delete", args=[document.pk]))

    assert bytes_that_readers_get(Client(), document) == OLD


def test_code_does_not_delete_a_document_on_record(version, document):
    with pytest.raises((Refusal, ProtectedError)), transaction.atomic():
        document.delete()


def test_code_does_not_replace_a_file_on_record(version, document):
    document.file = ContentFile(NEW, name="annex.txt")

    with pytest.raises(Refusal), transaction.atomic():
        document.save()
