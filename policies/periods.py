"""When a version was in force, as half-open intervals and in words."""

import datetime
from typing import NamedTuple

from django.utils import timezone

ONE_DAY = datetime.timedelta(days=1)


class Period(NamedTuple):
    """From `start`, inclusive, until `end`, exclusive; no `end` while it lasts."""

    start: datetime.datetime
    end: datetime.datetime | None = None

    def __str__(self) -> str:
        start = f"from {moment_words(self.start)}"
        if self.end is None:
            return start
        if is_start_of_day(self.end):
            last_day = timezone.localtime(self.end).date() - ONE_DAY
            return f"{start} to the end of {day_words(last_day)}"
        return f"{start} until {moment_words(self.end)}"

    @property
    def has_times(self) -> bool:
        """Whether it begins or ends within a day."""
        return not all(is_start_of_day(moment) for moment in self if moment)


def period_of_day(day: datetime.date) -> Period:
    """A day in local time: 23 or 25 hours long when the clocks change."""
    return Period(start_of_day(day), start_of_day(day + ONE_DAY))


def start_of_day(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def is_start_of_day(moment: datetime.datetime) -> bool:
    return timezone.localtime(moment).time() == datetime.time.min


def day_words(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


def moment_words(moment: datetime.datetime) -> str:
    """`1 April 2026`, or `1 April 2026 at 10:15am` when it lies within a day.

    On a day on which the clocks change the time names its zone: in autumn an hour
    comes twice.
    """
    local = timezone.localtime(moment)
    if is_start_of_day(moment):
        return day_words(local.date())
    hour = local.hour % 12 or 12
    time = f"{hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    start, end = period_of_day(local.date())
    if end is not None and end.utcoffset() != start.utcoffset():
        time = f"{time} {local.tzname()}"
    return f"{day_words(local.date())} at {time}"
