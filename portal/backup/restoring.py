"""The way back: everything is examined before anything is written."""

from pathlib import Path

from portal.backup import databases, media
from portal.backup.facts import facts_of_database, known_migrations
from portal.backup.manifest import BackupProblem, Manifest, faults, read_manifest


def restore(backup: Path) -> Manifest:
    """Bring a backup into the empty database and the storage of the settings.

    Files come first, the database last and at once: a run that was cut off leaves an
    empty database, and can be repeated.
    """
    manifest = read_manifest(backup)
    databases.refuse_other_vendor(manifest.vendor)
    databases.refuse_unless_empty()
    refuse_other_release(manifest)
    found = list(faults(backup, manifest))
    if found:
        raise BackupProblem("The backup is damaged: " + " ".join(found))
    for file in manifest.media:
        media.put_back(file, backup)
    databases.load(backup / manifest.database.path)
    compare(manifest)
    return manifest


def refuse_other_release(manifest: Manifest) -> None:
    """The release that made a backup restores it; `migrate` comes afterwards."""
    here, there = set(known_migrations()), set(manifest.facts["migrations"])
    if here != there:
        others = ", ".join(sorted(here ^ there)[:5])
        raise BackupProblem(
            "The backup was made by another release or before its migrations ran: "
            f"restore it with that release, then upgrade. They differ in {others}."
        )


def compare(manifest: Manifest) -> None:
    """Raise a BackupProblem that names what came back differently."""
    found = facts_of_database()
    for name, expected in manifest.facts.items():
        if found[name] == expected:
            continue
        if isinstance(expected, dict):
            expected, found = differing(expected, found[name])
            raise BackupProblem(f"Restored {name}: {found}, expected {expected}.")
        raise BackupProblem(f"Restored {name}: {found[name]}, expected {expected}.")


def differing(
    expected: dict[str, int], found: dict[str, int]
) -> tuple[dict[str, int | None], dict[str, int | None]]:
    names = sorted({name for name, _count in expected.items() ^ found.items()})
    return (
        {name: expected.get(name) for name in names},
        {name: found.get(name) for name in names},
    )
