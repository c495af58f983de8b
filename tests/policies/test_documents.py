"""Documents of a version: private before it is in force, kept as they are after."""

import datetime
import hashlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.signals import request_finished
from django.db import (
    IntegrityError,
    close_old_connections,
    connection,
    transaction,
)
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pages.models import TreatmentDocument
from policies.models import PolicyDocument, PolicyPage
from portal.accounts.models import User
from portal.media.models import PortalDocument
from portal.refusals import Refusal
from tests.factories.approval import approve_fully, publish_policy, submit
from tests.factories.files import pdf
from tests.factories.pages import TreatmentPageFactory
from tests.factories.people import UserFactory

OLD_BYTES = pdf("the bytes that were approved")


@pytest.fixture
def document(db: None) -> PortalDocument:
    return PortalDocument.objects.create(
        title="Sample policy as a file",
        file=ContentFile(OLD_BYTES, name="sample-policy.pdf"),
    )


@pytest.fixture
def draft_with_document(
    policy_draft: PolicyPage, document: PortalDocument, author: User
) -> PolicyPage:
    policy_draft.documents.add(PolicyDocument(document=document))
    policy_draft.save_revision(user=author)
    return policy_draft


@pytest.fixture
def document_on_record(
    draft_with_document: PolicyPage, document: PortalDocument, people: SimpleNamespace
) -> PortalDocument:
    publish_policy(draft_with_document, people)
    return PortalDocument.objects.get(pk=document.pk)


def status_of(client: Client, address: str) -> int:
    """The status; the file that the answer streams is closed again."""
    response = client.get(address)
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return response.status_code


def stored_bytes(document: PortalDocument) -> bytes:
    document = PortalDocument.objects.get(pk=document.pk)
    with document.file.open() as file:
        return file.read()


def test_document_is_private_until_its_version_is_in_force(
    client: Client,
    draft_with_document: PolicyPage,
    document: PortalDocument,
    people: SimpleNamespace,
) -> None:
    assert status_of(client, document.url) == 404

    in_a_week = timezone.localdate() + datetime.timedelta(days=7)
    draft_with_document.effective_on = in_a_week
    draft_with_document.save_revision(user=people.author)
    publish_policy(draft_with_document, people)

    assert status_of(client, document.url) == 404
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        assert status_of(client, document.url) == 200


def test_staff_open_a_document_before_it_is_public(
    client_of: Callable[[User], Client],
    draft_with_document: PolicyPage,
    document: PortalDocument,
    clinician: User,
) -> None:
    assert status_of(client_of(clinician), document.url) == 200


def test_form_refuses_another_file_and_keeps_the_old_one(
    client_of: Callable[[User], Client],
    document_on_record: PortalDocument,
    superuser: User,
) -> None:
    response = client_of(superuser).post(
        reverse("wagtaildocs:edit", args=[document_on_record.pk]),
        {
            "title": "Other",
            "kind": "policy",
            "language": "en",
            "collection": document_on_record.collection_id,
            "file": ContentFile(pdf("other bytes"), name="other.pdf"),
        },
    )

    assert "stays on record" in response.content.decode()
    assert stored_bytes(document_on_record) == OLD_BYTES


@pytest.mark.parametrize("url_name", ["wagtaildocs:delete", "bulk"])
def test_admin_refuses_to_delete_it(
    client_of: Callable[[User], Client],
    document_on_record: PortalDocument,
    superuser: User,
    url_name: str,
) -> None:
    key = document_on_record.pk
    address = (
        f"/admin/bulk/media/portaldocument/delete/?id={key}"
        if url_name == "bulk"
        else reverse(url_name, args=[key])
    )

    client_of(superuser).post(address)

    assert stored_bytes(document_on_record) == OLD_BYTES


def test_code_refuses_another_file(document_on_record: PortalDocument) -> None:
    document_on_record.file = ContentFile(pdf("other bytes"), name="other.pdf")

    with pytest.raises(Refusal), transaction.atomic():
        document_on_record.save()

    assert stored_bytes(document_on_record) == OLD_BYTES


def test_sql_refuses_another_file(document_on_record: PortalDocument) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE media_portaldocument SET file = 'other.pdf' WHERE id = %s",
            [document_on_record.pk],
        )


def test_title_of_a_document_on_record_can_be_mended(
    document_on_record: PortalDocument,
) -> None:
    document_on_record.title = "A plainer title"
    document_on_record.save()

    document_on_record.refresh_from_db()
    assert document_on_record.title == "A plainer title"


def test_checksum_is_that_of_the_bytes(document: PortalDocument) -> None:
    with document.file.open() as file:
        assert document.sha256 == hashlib.sha256(file.read()).hexdigest()


def test_document_nobody_publishes_answers_like_no_document(
    client: Client, document: PortalDocument
) -> None:
    UserFactory()

    assert status_of(client, document.url) == 404
    assert status_of(client, "/documents/99999/nothing.pdf") == 404


def test_leaflet_of_an_approved_treatment_is_public_and_kept(
    client: Client, document: PortalDocument, people: SimpleNamespace
) -> None:
    treatment = TreatmentPageFactory()
    treatment.documents.add(TreatmentDocument(document=document))
    treatment.save_revision(user=people.author)
    assert status_of(client, document.url) == 404

    approve_fully(submit(treatment, people.author), people)

    assert status_of(client, document.url) == 200
    document.file = ContentFile(pdf("other bytes"), name="other.pdf")
    with pytest.raises(Refusal), transaction.atomic():
        document.save()
