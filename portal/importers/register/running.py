"""One import of a register: batch after batch, each a transaction of its own.

A run that was killed leaves whole batches. The next run over the same file finds them
there and goes on behind them. Two runs at once queue for the section of policies.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from django.db import IntegrityError, transaction
from wagtail.models import Locale

from policies.models import PolicyPage
from portal.accounts.models import User
from portal.audit.recording import record
from portal.importers.problems import ImportProblem
from portal.importers.register.drafts import Faults, Reader, differences, known
from portal.importers.register.lines import Line, Lines
from portal.importers.register.writing import (
    locked_section_for,
    policies_there,
    write_drafts,
)

# Editors who add a policy meanwhile wait for one batch.
BATCH = 50
MEANWHILE = (
    "What this batch names was changed meanwhile, and the database refused it. Run "
    "the command again."
)


@dataclass(frozen=True)
class Finding:
    """Something to say about a line; `field` is empty when it is about the whole."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """For a terminal, which obeys what a file may hold between its letters."""
        parts = (f"line {self.line}", self.field[:200], self.message[:500])
        said = ": ".join(part for part in parts if part)
        return "".join(sign if sign.isprintable() else "\ufffd" for sign in said)


@dataclass
class Batch:
    """Some lines, the drafts that they gave, and what is wrong with the others."""

    drafts: dict[str, tuple[Line, PolicyPage]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    different: list[Finding] = field(default_factory=list)


@dataclass
class Run:
    """An import by `author`, or a mere check of every line.

    Counts what it did: policies written, those that were there already and said the
    same, those that were there and said something else, and faulty lines.
    """

    lines: Lines
    author: User
    is_check: bool
    written: int = 0
    present: int = 0
    different: int = 0
    faulty: int = 0
    # The line of each reference that was read.
    first_lines: dict[str, int] = field(default_factory=dict)

    @property
    def lines_read(self) -> int:
        return self.written + self.present + self.different + self.faulty

    def batches(self) -> Iterator[Batch]:
        """Read and write batch after batch; an import ends with the first fault."""
        locale = Locale.get_default()
        placeholder = PolicyPage(locale=locale)
        pending: dict[str, PolicyPage] = {}
        source = iter(self.lines)
        while some := list(islice(source, BATCH)):
            batch = self.read(some, Reader(locale, pending), pending)
            if self.is_check:
                self.compare(batch)
                # Nothing is written, so one page stands for all that would be.
                pending = dict.fromkeys(self.first_lines, placeholder)
            elif not batch.faults:
                self.write(batch)
                pending = {}
            yield batch
            if batch.faults and not self.is_check:
                return

    def read(
        self, lines: list[Line], reader: Reader, pending: dict[str, PolicyPage]
    ) -> Batch:
        batch = Batch()
        for line in lines:
            try:
                draft = self.draft_of(line, reader)
            except Faults as faults:
                self.faulty += 1
                batch.faults += [
                    Finding(line.number, problem.field, problem.message)
                    for problem in faults.problems
                ]
            else:
                batch.drafts[draft.reference] = (line, draft)
                pending[draft.reference] = draft
        return batch

    def draft_of(self, line: Line, reader: Reader) -> PolicyPage:
        if line.problem is not None:
            raise Faults([line.problem])
        reference = line.data.get("reference")
        if isinstance(reference, str):
            first = self.first_lines.setdefault(reference, line.number)
            if first != line.number:
                message = f"Line {first} has this reference already."
                raise Faults([ImportProblem("reference", message)])
        return reader.draft(line.data)

    def write(self, batch: Batch) -> None:
        try:
            with transaction.atomic():
                section = locked_section_for(self.author)
                new = self.sort_out(batch)
                if new:
                    write_drafts(new, self.author, section)
        except IntegrityError as error:
            raise ImportProblem("", MEANWHILE) from error
        self.written += len(new)

    def compare(self, batch: Batch) -> None:
        self.written += len(self.sort_out(batch))

    def sort_out(self, batch: Batch) -> list[PolicyPage]:
        """The drafts whose policies are missing; counts the others."""
        there = policies_there(batch.drafts)
        for reference, page in there.items():
            # Drafts of the batch that name this one then name the policy.
            draft = batch.drafts[reference][1]
            draft.id = draft.page_ptr_id = page.pk
        for reference, page in there.items():
            line, draft = batch.drafts[reference]
            names = [name for name in known(line.data) if name != "reference"]
            stored = page.latest_revision.content if page.latest_revision else {}
            if differing := differences(draft, stored, names):
                self.different += 1
                message = (
                    f"{reference} is there already and stays as it is, with another "
                    f"text in: {', '.join(differing)}."
                )
                batch.different.append(Finding(line.number, "", message))
            else:
                self.present += 1
        return [
            draft
            for reference, (_line, draft) in batch.drafts.items()
            if reference not in there
        ]


@contextmanager
def on_record(run: Run, name: str) -> Iterator[None]:
    """An entry of the audit log at the beginning and at the end of an import.

    A run that was killed has no end.
    """
    record("register.begun", name=name, actor=run.author, after={"by": operator()})
    outcome = "stopped"
    try:
        yield
        outcome = "stopped" if run.faulty else "complete"
    finally:
        figures = {
            "outcome": outcome,
            "written": run.written,
            "already there": run.present,
            "different": run.different,
            "faulty": run.faulty,
            "sha256 of what was read": run.lines.digest.hexdigest(),
        }
        record("register.ended", name=name, actor=run.author, after=figures)


def operator() -> str:
    """The account of the operating system that runs the command."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
