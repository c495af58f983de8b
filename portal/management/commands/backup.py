from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.backup.manifest import MANIFEST, BackupProblem, sha256_of
from portal.backup.taking import take_backup


class Command(BaseCommand):
    help = (
        "Copies the database and every uploaded file into a new folder, while the "
        "portal is in use."
    )
    # A portal with a fault needs its backup most.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory", type=Path, help="Where the folder of this backup is made."
        )

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        try:
            folder, manifest = take_backup(directory)
        except (BackupProblem, OSError) as problem:
            raise CommandError(f"No backup was made. {problem}") from problem
        for name in manifest.missing:
            self.stderr.write(f"Not in the storage, so not in the backup: {name}")
        facts = manifest.facts
        self.stdout.write(
            f"{folder} is complete: {facts['rows']['wagtailcore_page']} pages, "
            f"{len(manifest.media)} files, ledger {facts['ledger_head']}, "
            f"audit log {facts['audit_head']}."
        )
        self.stdout.write(f"SHA-256 of its manifest: {sha256_of(folder / MANIFEST)}")
