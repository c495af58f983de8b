import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.models import User
from portal.importers.problems import ImportProblem
from portal.importers.register.lines import Lines
from portal.importers.register.running import Batch, Run, on_record
from portal.importers.register.writing import section_for
from portal.refusals import Refusal

STANDARD_INPUT = "-"
SECONDS_BETWEEN_REPORTS = 2


class Command(BaseCommand):
    """For commissioners who start with policies that they have already."""

    help = (
        "Bring a register of policies in as drafts of one author. Decides nothing: "
        "each policy then needs its submission and its approvals."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", help="JSON Lines in UTF-8, one policy a line; - for standard input."
        )
        parser.add_argument(
            "--author",
            required=True,
            metavar="USERNAME",
            help="Whose drafts they become; this person cannot approve them.",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; name every fault with its line and field.",
        )

    def handle(
        self, *args: Any, file: str, author: str, check: bool, **options: Any
    ) -> None:
        person = User.objects.filter(username=author).first()
        if person is None:
            raise CommandError(f"There is no account “{author}”.")
        try:
            section_for(person)
            with opened(file) as (stream, size):
                run = Run(Lines(stream), person, is_check=check)
                name = "standard input" if file == STANDARD_INPUT else Path(file).name
                with nullcontext() if check else on_record(run, name):
                    self.follow(run, size)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        self.conclude(run)

    def follow(self, run: Run, size: int | None) -> None:
        """Say what is found as it is found, and now and then how far it is."""
        begun = said = time.monotonic()
        for batch in self.batches(run):
            for finding in [*batch.faults, *batch.different]:
                self.stdout.write(str(finding))
            now = time.monotonic()
            if now - said >= SECONDS_BETWEEN_REPORTS:
                said = now
                self.stderr.write(progress(run, now - begun, size))

    def batches(self, run: Run) -> Iterator[Batch]:
        """Batch after batch; whatever stops the run is said with what stays."""
        try:
            yield from run.batches()
        except (Refusal, ImportProblem) as problem:
            raise CommandError(f"{problem} {kept(run)}") from problem

    def conclude(self, run: Run) -> None:
        if not run.lines_read:
            raise CommandError("There is no policy in this file.")
        if run.faulty:
            raise CommandError(f"{run.faulty:,} faulty lines. {kept(run)}")
        self.stdout.write(kept(run))


@contextmanager
def opened(file: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """The stream, and its size in bytes where that is known."""
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer, None
        return
    path = Path(file)
    with path.open("rb") as stream:
        yield stream, path.stat().st_size if path.is_file() else None


def progress(run: Run, seconds: float, size: int | None) -> str:
    """Policies so far, how many a second, and the time left at that rate."""
    line = f"{run.lines_read:,} policies, {run.lines_read / seconds:.0f} a second"
    if not size:
        return line
    left = seconds * (size - run.lines.bytes_read) / run.lines.bytes_read
    minutes, rest = divmod(round(left), 60)
    return f"{line}, {minutes} min {rest:02} s left"


def kept(run: Run) -> str:
    """What a run did, or a check would do, in one sentence."""
    verb = "would be brought in" if run.is_check else "brought in as drafts"
    return (
        f"{run.written:,} policies {verb}; {run.present:,} were there already, "
        f"{run.different:,} with another text."
    )
