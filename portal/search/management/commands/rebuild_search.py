from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.search.indexing import drift, rebuild

SHOWN = 20


class Command(BaseCommand):
    """Writes the search table anew, while readers go on searching."""

    help = "Rebuild the search table; with --check only say what is out of step."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; fail when the table is not what it should be.",
        )

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        if check:
            self.check_table()
            return
        for done, total in rebuild():
            self.stdout.write(f"{done} of {total} pages")
        self.stdout.write("The search table is rebuilt.")

    def check_table(self) -> None:
        wrong = list(drift())
        if wrong:
            shown = ", ".join(map(str, wrong[:SHOWN]))
            more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
            raise CommandError(
                f"Search is out of step for {len(wrong)} pages: {shown}{more}. "
                "Run rebuild_search."
            )
        self.stdout.write("The search table is in step.")
