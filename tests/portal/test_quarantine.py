"""What a scanner does not pass is held: unserved, on record, for a bounded time."""

import datetime
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection

from policies.tick import tick
from portal.audit.models import AuditEntry
from portal.media import quarantine
from portal.media.models import HeldFile, PortalDocument
from tests.portal.test_upload_gate import EICAR, scanner  # noqa: F401 - a fixture


def upload(author: Client, name: str, content: bytes) -> str:
    data = {
        "title": "Sample <b>minutes</b>",
        "file": SimpleUploadedFile(name, content),
        "collection": Collection.get_first_root_node().pk,
        "kind": "minutes",
        "language": "en",
        "dated_on": "2026-02-03",
    }
    return author.post("/admin/documents/add/", data).content.decode()


def acts() -> list[str]:
    found = AuditEntry.objects.filter(action__startswith="media.").order_by("pk")
    return [entry.action for entry in found]


def stored() -> list[str]:
    return storages["quarantine"].listdir("")[1]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.once
@pytest.mark.django_db
def test_harmful_files_are_held_and_shown_to_administrators(
    people: SimpleNamespace,
    scanner,  # noqa: F811
    django_capture_on_commit_callbacks,
) -> None:
    author, admin = signed_in(people.author), signed_in(people.admin)

    refused = upload(author, "<i>bad.txt", b"Words. " + EICAR)
    upload(author, "<i>bad.txt", b"Words. " + EICAR)
    upload(author, "broken.pdf", b"no such thing")
    held = HeldFile.objects.get()
    screen = admin.get("/admin/quarantine/").content.decode()
    again = admin.post(f"/admin/quarantine/{held.pk}/scan/", follow=True)

    assert "held in quarantine" in refused
    assert (held.finding, held.size, held.held_by) == (
        "Eicar",
        len(EICAR) + 7,
        people.author,
    )
    assert held.sha256 in screen
    assert "&lt;i&gt;bad.txt" in screen
    assert "Amina Author" in screen
    assert "Words." not in screen
    assert "EICAR-STANDARD" not in screen
    assert "found something harmful" in again.content.decode()
    assert not PortalDocument.objects.exists()
    assert author.get("/admin/quarantine/").status_code == 403
    with storages["quarantine"].open(held.key) as kept:
        assert EICAR in kept.read()
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"/admin/quarantine/{held.pk}/delete/")
    assert held.key not in stored()
    assert acts() == ["media.held", "media.held_deleted"]


@pytest.mark.once
@pytest.mark.django_db
def test_a_file_that_nobody_could_scan_is_released_when_it_is_clean(
    people: SimpleNamespace,
    scanner,  # noqa: F811
    settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks,
) -> None:
    author, admin = signed_in(people.author), signed_in(people.admin)
    address = settings.UPLOAD_SCANNER
    settings.UPLOAD_SCANNER = f"unix:{tmp_path / 'nobody'}"
    upload(author, "good.txt", b"Sample minutes.")
    upload(author, "bad.txt", EICAR)
    good, bad = HeldFile.objects.order_by("pk")
    away = admin.post(f"/admin/quarantine/{good.pk}/scan/", follow=True)
    settings.UPLOAD_SCANNER = ""
    unscanned = admin.post(f"/admin/quarantine/{good.pk}/scan/", follow=True)
    assert "does not answer" in away.content.decode()
    assert "No scanner is set up" in unscanned.content.decode()
    assert HeldFile.objects.filter(finding="").count() == 2
    settings.UPLOAD_SCANNER = address

    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"/admin/quarantine/{good.pk}/scan/")
        admin.post(f"/admin/quarantine/{bad.pk}/scan/")

    document = PortalDocument.objects.get()
    assert document.title == "Sample <b>minutes</b>"
    assert (document.kind, document.dated_on) == ("minutes", datetime.date(2026, 2, 3))
    assert document.uploaded_by_user == people.author
    assert document.sha256 == good.sha256
    with document.file.open() as released:
        assert released.read() == b"Sample minutes."
    assert HeldFile.objects.get().finding == "Eicar"
    assert good.key not in stored()
    assert acts() == ["media.held", "media.held", "media.released"]


@pytest.mark.once
@pytest.mark.django_db
def test_held_files_are_deleted_after_their_time(
    people: SimpleNamespace,
    settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks,
) -> None:
    settings.UPLOAD_SCANNER = f"unix:{tmp_path / 'nobody'}"
    settings.QUARANTINE_DAYS = 7
    author = signed_in(people.author)
    upload(author, "old.txt", b"Old.")
    upload(author, "new.txt", b"New.")
    a_week_ago = timezone.now() - datetime.timedelta(days=7, minutes=1)
    HeldFile.objects.filter(name="old.txt").update(held_at=a_week_ago)
    old = HeldFile.objects.get(name="old.txt")
    stray = storages["quarantine"].save("stray", ContentFile(b"Of no row."))
    os.utime(storages["quarantine"].path(stray), (a_week_ago.timestamp(),) * 2)

    with django_capture_on_commit_callbacks(execute=True):
        tick()

    assert [held.name for held in HeldFile.objects.all()] == ["new.txt"]
    assert {old.key, stray}.isdisjoint(stored())
    assert HeldFile.objects.get().key in stored()
    assert quarantine.forget_held_files() == 0
    entry = AuditEntry.objects.get(action="media.held_deleted")
    assert (entry.actor, entry.subject) == (None, "old.txt")
