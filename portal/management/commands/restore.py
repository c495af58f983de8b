from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.backup.manifest import BackupProblem, Manifest
from portal.backup.restoring import restore
from portal.evidence.canonical import FIRST_CHAIN


class Command(BaseCommand):
    help = (
        "Brings a backup into the database that DATABASE_URL names, which has to be "
        "empty, and into the storage; then proves that it is whole."
    )
    # They look at the database, which is empty.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="The folder of one backup.")

    def handle(self, *args: Any, backup: Path, **options: Any) -> None:
        try:
            manifest = restore(backup)
        except (BackupProblem, OSError) as problem:
            raise CommandError(f"Not restored. {problem}") from problem
        self.prove(manifest)

    def prove(self, manifest: Manifest) -> None:
        """Both chains, from their first entry to the end that the manifest names."""
        rows = manifest.facts["rows"]
        call_command("verify_ledger", stdout=self.stdout)
        anchor = manifest.facts["audit_head"]
        has_entries = not anchor.startswith("0:") and not anchor.endswith(FIRST_CHAIN)
        call_command(
            "verify_audit", stdout=self.stdout, anchor=anchor if has_entries else None
        )
        self.stdout.write(
            f"Restored as of {manifest.made_at}, and compared: "
            f"{rows['wagtailcore_page']} pages, {sum(rows.values())} rows in "
            f"{len(rows)} tables, {len(manifest.media)} files."
        )
        for name in manifest.missing:
            self.stderr.write(f"Was missing already when the backup was made: {name}")
