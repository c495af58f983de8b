from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.consent.retention import BATCH, EVENT_DAYS, expired, purge


class Command(BaseCommand):
    """For the weekly job: removes records of cookie choices whose time is over."""

    help = "Delete expired records of cookie choices; daily totals stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=EVENT_DAYS,
            help=f"Keep records this long; {EVENT_DAYS} is the least and the default.",
        )
        parser.add_argument("--batch", type=int, default=BATCH)
        parser.add_argument(
            "--dry-run", action="store_true", help="Count, and delete nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days, batch = options["days"], options["batch"]
        if batch < 1:
            raise CommandError("A batch has at least one record.")
        try:
            found = expired(days=days)
        except ValueError as fault:
            raise CommandError(str(fault)) from None
        if options["dry_run"]:
            counts = found.count()
            self.stdout.write(f"Would delete {sentence(**counts)}.")
            return
        run = purge(days=days, batch=batch)
        self.stdout.write(f"Deleted {sentence(run.events, run.log_items)}.")


def sentence(events: int, log_items: int) -> str:
    return f"{events} events and {log_items} lines of the package's log"
