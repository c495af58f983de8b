"""Versions of policies published at given moments, through the services of staff."""

import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from policies.models import PolicyPage, PolicyVersion
from tests.factories.approval import publish_next, publish_policy
from tests.factories.pages import PolicyPageFactory

LONDON = ZoneInfo("Europe/London")
REFERENCE = "SP-100"
ADDRESS = "/policies/sp-100/"


def london(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    *,
    fold: int = 0,
) -> datetime.datetime:
    """A moment by the clocks of London."""
    return datetime.datetime(
        year, month, day, hour, minute, second, tzinfo=LONDON, fold=fold
    )


class Ledger:
    """Publishes versions of one policy, moving the clock to when it happens."""

    def __init__(
        self, clock: time_machine.Traveller, people: SimpleNamespace, reference: str
    ) -> None:
        self.clock = clock
        self.people = people
        self.reference = reference
        self.count = 0

    def publish(
        self, at: datetime.datetime | None = None, **values: Any
    ) -> PolicyVersion:
        """The next version; in force at once unless `effective_on` is given.

        The clock stands still meanwhile, and then goes on a moment later.
        """
        at = at or timezone.now()
        self.clock.move_to(at, tick=False)
        version = self.publish_now(**values)
        self.clock.move_to(at + datetime.timedelta(milliseconds=1), tick=True)
        return version

    def publish_now(self, **values: Any) -> PolicyVersion:
        self.count += 1
        values.setdefault("change_note", f"Note of text {self.count}.")
        values.setdefault("lay_summary", f"Summary of text {self.count}.")
        values.setdefault("effective_on", None)
        values.setdefault("is_announced", False)
        if self.count == 1:
            draft = PolicyPageFactory(
                reference=self.reference, author=self.people.author, **values
            )
            return publish_policy(draft, self.people)
        return publish_next(self.policy, self.people, **values)

    @property
    def policy(self) -> PolicyPage:
        return PolicyPage.objects.get(reference=self.reference)
