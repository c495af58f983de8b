"""The uploaded files that rows of the database name, wherever they are stored."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core.files import File
from django.db.models import FileField

from portal.backup.manifest import CHUNK_BYTES, BackupProblem, CopiedFile

FOLDER = "media"
Named = tuple[str, FileField, str]


def file_fields() -> dict[str, FileField]:
    """Every field that holds a file, by `app.model.field`."""
    return {
        f"{model._meta.label_lower}.{field.name}": field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField)
    }


def named_files() -> list[Named]:
    """What the rows name now: the owner, its field, the name in the storage."""
    found = []
    for owner, field in file_fields().items():
        rows = field.model._base_manager.exclude(**{field.name: ""})
        names = rows.values_list(field.name, flat=True).order_by(field.name)
        found += [(owner, field, name) for name in names.distinct() if name]
    return found


def copied(named: list[Named], backup: Path) -> Iterator[CopiedFile | str]:
    """Copies file after file; the name alone of one that is not there."""
    for owner, field, name in named:
        path = f"{FOLDER}/{owner}/{name}"
        target = (backup / path).resolve()
        if not target.is_relative_to(backup.resolve()):
            yield f"{owner}: {name}"
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            digest, size = copy(field, name, target)
        except FileNotFoundError:
            yield f"{owner}: {name}"
        else:
            yield CopiedFile(path, size, digest, owner, name)


def copy(field: FileField, name: str, target: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes of what was copied."""
    digest = hashlib.sha256()
    with field.storage.open(name, "rb") as source, target.open("wb") as to:
        for chunk in source.chunks(CHUNK_BYTES):
            digest.update(chunk)
            to.write(chunk)
        return digest.hexdigest(), to.tell()


def put_back(file: CopiedFile, backup: Path) -> None:
    """Store the file under its name; one that is there already must be the same."""
    field = file_fields().get(file.owner)
    if field is None:
        raise BackupProblem(f"This release has no field {file.owner}.")
    storage = field.storage
    if storage.exists(file.name):
        with storage.open(file.name, "rb") as stored:
            if hashlib.file_digest(stored, "sha256").hexdigest() != file.sha256:
                raise BackupProblem(
                    f"The storage has another file {file.name}: restore into an "
                    "empty one."
                )
        return
    with (backup / file.path).open("rb") as opened:
        kept_as = storage.save(file.name, File(opened, name=file.name))
    if kept_as != file.name:
        raise BackupProblem(f"The storage kept {file.name} as {kept_as}.")
