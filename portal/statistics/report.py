"""The report on page counts: what is asked, the numbers, and their table."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.formats import date_format

from portal.charts import BarChart, bar_chart
from portal.exports import Row, Table
from portal.statistics.models import DailyPageCount
from portal.statistics.page_types import page_types

DAYS_AT_FIRST = 28
MAXIMUM_DAYS = 366


class PeriodForm(forms.Form):
    """From which day to which; the last four weeks when nothing is asked."""

    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        until = asked.get("until") or timezone.localdate()
        since = asked.get("since") or earlier(until, DAYS_AT_FIRST - 1)
        if since > until:
            raise ValidationError("The first day is after the last.")
        if (until - since).days >= MAXIMUM_DAYS:
            raise ValidationError(f"Ask for at most {MAXIMUM_DAYS} days at once.")
        return {"since": since, "until": until}


@dataclass(frozen=True)
class PageReport:
    """The numbers of one period as the screen shows them."""

    by_type: list[tuple[str, int]]
    by_day: list[tuple[datetime.date, int]]
    total: int
    chart: BarChart


def earlier(day: datetime.date, days: int) -> datetime.date:
    """Days before `day`; the first day there is, if that is nearer."""
    return day - min(datetime.timedelta(days=days), day - datetime.date.min)


def counts(period: dict[str, datetime.date]) -> QuerySet[DailyPageCount]:
    return DailyPageCount.objects.filter(
        day__gte=period["since"], day__lte=period["until"]
    )


def report(period: dict[str, datetime.date]) -> PageReport:
    """Two queries, however much was read."""
    names = page_types()
    found = counts(period).order_by()
    by_type = [
        (names.get(page_type, page_type), total)
        for page_type, total in found.values_list("page_type")
        .annotate(total=Sum("count"))
        .order_by("-total", "page_type")
    ]
    totals = dict(found.values_list("day").annotate(total=Sum("count")))
    by_day = [(day, totals.get(day, 0)) for day in days_of(period)]
    return PageReport(
        by_type=by_type,
        by_day=by_day,
        total=sum(totals.values()),
        chart=bar_chart(
            "Pages read each day",
            [(date_format(day, "j F Y"), total) for day, total in by_day],
        ),
    )


def days_of(period: dict[str, datetime.date]) -> Iterator[datetime.date]:
    for number in range((period["until"] - period["since"]).days + 1):
        yield period["since"] + datetime.timedelta(days=number)


def table(period: dict[str, datetime.date]) -> Table:
    """Every number that is stored for the period, as an export."""

    def rows() -> Iterator[Row]:
        names = page_types()
        for found in counts(period).order_by("day", "page_type").iterator():
            name = names.get(found.page_type, found.page_type)
            yield [found.day.isoformat(), name, found.count]

    return Table("Pages read", ["Day", "Kind of page", "Times read"], rows)
