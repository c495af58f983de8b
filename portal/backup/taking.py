"""How a backup comes about: whole, under its name, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from portal.backup import media
from portal.backup.databases import FILES, one_moment
from portal.backup.facts import facts_of_database
from portal.backup.manifest import (
    MANIFEST,
    BackupProblem,
    CopiedFile,
    Manifest,
    sha256_of,
)

INCOMPLETE = ".incomplete"


def take_backup(directory: Path) -> tuple[Path, Manifest]:
    """Make a backup in a new folder below `directory`; returns both.

    The folder gets its name when everything in it is on the disk.
    """
    now = timezone.now()
    final = directory / f"portal-{now:%Y%m%dT%H%M%SZ}"
    if final.exists():
        raise BackupProblem(f"{final} is there already.")
    with private_folder(final.with_name(f"{final.name}{INCOMPLETE}")) as folder:
        manifest = filled(folder, made_at=now.isoformat(timespec="seconds"))
        (folder / MANIFEST).write_bytes(manifest.as_bytes())
        keep_on_disk(folder)
        folder.rename(final)
    keep_on_disk(directory, recursive=False)
    return final, manifest


@contextmanager
def private_folder(folder: Path) -> Iterator[Path]:
    """A new folder for this account alone; removed when its filling fails."""
    mask = os.umask(0o077)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        os.umask(mask)


def filled(folder: Path, *, made_at: str) -> Manifest:
    """Copy the database, then the files that it names."""
    database = folder / FILES[connection.vendor]
    with one_moment() as dump:
        facts = facts_of_database()
        named = media.named_files()
        dump(database)
    copied = list(media.copied(named, folder))
    return Manifest(
        made_at=made_at,
        vendor=connection.vendor,
        facts=facts,
        database=CopiedFile(
            database.name, database.stat().st_size, sha256_of(database)
        ),
        media=[file for file in copied if isinstance(file, CopiedFile)],
        missing=[file for file in copied if isinstance(file, str)],
    )


def keep_on_disk(path: Path, *, recursive: bool = True) -> None:
    """What a power cut must not take any more."""
    if recursive and path.is_dir():
        for inner in path.iterdir():
            keep_on_disk(inner)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
