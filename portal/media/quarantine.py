"""Uploads that a scanner found harmful, or that it could not be asked about.

Their bytes lie in a storage of their own, which no address of the portal reads.
"""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.audit.context import current_request
from portal.audit.recording import NOBODY, record
from portal.media.gate.faults import FileRefused, HeldBack
from portal.media.models import HeldFile, checksum_of
from portal.refusals import Refusal

STORAGE = "quarantine"
LEFT_OUT = {"file", "tags"}


@transaction.atomic
def hold(instance: Any, *, finding: str) -> HeldFile:
    """Keep the file of a document or picture that is not saved; once for each name."""
    sha256 = checksum_of(instance.file)
    name = instance.file.name.rsplit("/", 1)[-1][-255:]
    former = HeldFile.objects.filter(sha256=sha256, name=name).first()
    if former is not None:
        if finding and not former.finding:
            former.finding = finding[:255]
            former.save()
        return former
    person = current_request().user
    key = storages[STORAGE].save(uuid.uuid4().hex, File(instance.file.file))
    instance.file.seek(0)
    try:
        with transaction.atomic():
            held = HeldFile.objects.create(
                key=key,
                name=name,
                model=instance._meta.label,
                values=values_of(instance),
                finding=finding[:255],
                sha256=sha256,
                size=instance.file.size,
                held_by=person.get() if person else None,
            )
    except IntegrityError:
        # Another request has held the same file a moment ago.
        storages[STORAGE].delete(key)
        return HeldFile.objects.get(sha256=sha256, name=name)
    record("media.held", subject=held, reason=finding or "The scanner did not answer.")
    return held


def values_of(instance: Any) -> dict[str, Any]:
    fields = [name for name in instance.admin_form_fields if name not in LEFT_OUT]
    [row] = serializers.serialize("python", [instance], fields=fields)
    return dict(row["fields"])


@transaction.atomic
def scan_again(key: int) -> Any:
    """Release the file into the library, by the gate that every upload passes.

    Returns the new document or picture; raises a Refusal with what the gate says.
    """
    if not settings.UPLOAD_SCANNER:
        raise Refusal("No scanner is set up that could look at the file.")
    held = HeldFile.objects.select_for_update().get(pk=key)
    if not held.is_unscanned:
        raise Refusal("The scanner found something harmful in the file.")
    row = {"model": held.model, "fields": held.values}
    made: Any = next(iter(serializers.deserialize("python", [row]))).object
    with opened(held) as stored:
        made.file = File(stored, name=held.name)
        made.uploaded_by_user = held.held_by
        made.inspect_new_file()
        made.full_clean(exclude=["file_hash"])
        made.file_size = made.file.size
        made.save()
    record("media.released", subject=made, name=held.name)
    remove(held)
    return made


def opened(held: HeldFile) -> Any:
    try:
        return storages[STORAGE].open(held.key)
    except FileNotFoundError:
        raise Refusal("The bytes of this file are gone, as after a restore.") from None


def note_finding(key: int, fault: FileRefused) -> None:
    """Outside the transaction of the release, which the fault undid."""
    if isinstance(fault, HeldBack) and fault.finding:
        HeldFile.objects.filter(pk=key).update(finding=fault.finding[:255])


@transaction.atomic
def delete(key: int) -> None:
    held = HeldFile.objects.select_for_update().get(pk=key)
    record("media.held_deleted", subject=held, reason=held.sha256)
    remove(held)


def remove(held: HeldFile) -> None:
    held.delete()
    transaction.on_commit(lambda: storages[STORAGE].delete(held.key))


def forget_held_files() -> int:
    """Delete what was held for its time; returns how much that was."""
    oldest = timezone.now() - datetime.timedelta(days=settings.QUARANTINE_DAYS)
    found = HeldFile.objects.filter(held_at__lt=oldest)
    for held in found:
        with transaction.atomic():
            record(
                "media.held_deleted",
                subject=held,
                actor=NOBODY,
                reason=f"Held for {settings.QUARANTINE_DAYS} days.",
            )
            remove(held)
    forget_strays(oldest)
    return len(found)


def forget_strays(oldest: datetime.datetime) -> None:
    """Delete bytes of that age without a row: their request was undone later on."""
    try:
        keys = set(storages[STORAGE].listdir("")[1])
    except FileNotFoundError:
        return
    known = HeldFile.objects.filter(key__in=keys).values_list("key", flat=True)
    for key in keys.difference(known):
        if storages[STORAGE].get_modified_time(key) < oldest:
            storages[STORAGE].delete(key)
