"""What a backup holds. The list is written last: without it there is no backup."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK_BYTES = 1024 * 1024


class BackupProblem(Exception):
    """Why nothing can be backed up or restored, in one sentence for the operator."""


@dataclass(frozen=True)
class CopiedFile:
    """One file of the backup: where it lies in it, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str
    # Where it belongs: `app.model.field`, and its name in that field's storage.
    owner: str = ""
    name: str = ""


@dataclass
class Manifest:
    """Everything in the backup, and what the database said of itself at that moment."""

    made_at: str
    vendor: str
    facts: dict[str, Any]
    database: CopiedFile
    media: list[CopiedFile] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def files(self) -> list[CopiedFile]:
        return [self.database, *self.media]

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a complete backup; raises a BackupProblem for anything else."""
    path = backup / MANIFEST
    if not path.is_file():
        raise BackupProblem(
            f"{backup} is not a complete backup: it has no {MANIFEST}, "
            "which is written last."
        )
    try:
        read = json.loads(path.read_bytes())
        if read["format"] != FORMAT:
            raise BackupProblem(f"{path} has format {read['format']}, not {FORMAT}.")
        read["database"] = CopiedFile(**read["database"])
        read["media"] = [CopiedFile(**entry) for entry in read["media"]]
        return Manifest(**read)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupProblem(f"{path} cannot be read: {error}.") from error


def faults(backup: Path, manifest: Manifest) -> Iterator[str]:
    """Files that are not what the manifest says, each in a sentence."""
    for file in manifest.files:
        path = (backup / file.path).resolve()
        if not path.is_relative_to(backup.resolve()):
            yield f"{file.path} is outside the backup."
        elif not path.is_file():
            yield f"{file.path} is missing."
        elif (path.stat().st_size, sha256_of(path)) != (file.size, file.sha256):
            yield f"{file.path} was changed."


def sha256_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
