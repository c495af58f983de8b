"""The report “Cookie choices”: reads the daily totals, never single choices."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cookie_consent.models import CookieGroup
from django.db.models import QuerySet, Sum

from portal.consent.models import DailyTotal, Method
from portal.exports import Row, Table

COLUMNS = ["Day", "Group", "How", "Yes", "No", "Share of yes"]
WIDTH, HEIGHT, MARGIN = 640, 160, 8


@dataclass(frozen=True)
class Chart:
    """Two lines over the days of a group, as points of an SVG drawing."""

    varname: str
    name: str
    yes: int
    no: int
    highest: int
    highest_on: datetime.date | None
    points_yes: str
    points_no: str
    since: datetime.date
    until: datetime.date


def groups() -> dict[str, str]:
    """All groups by their names; retired ones are still in the package's table."""
    return dict(CookieGroup.objects.values_list("varname", "name"))


def totals(wanted: dict[str, Any]) -> QuerySet[DailyTotal]:
    """What a valid form asks for, the newest day first."""
    found = DailyTotal.objects.filter(day__range=(wanted["since"], wanted["until"]))
    if wanted.get("group"):
        found = found.filter(varname=wanted["group"])
    if wanted.get("method"):
        found = found.filter(method=wanted["method"])
    return found.order_by("-day", "varname", "method")


def charts(wanted: dict[str, Any]) -> list[Chart]:
    """One for each group, from one query."""
    per_day = (
        totals(wanted)
        .order_by("varname", "day")
        .values("varname", "day")
        .annotate(yes=Sum("granted"), no=Sum("refused"))
    )
    by_group: dict[str, dict[datetime.date, tuple[int, int]]] = {}
    for row in per_day:
        days = by_group.setdefault(row["varname"], {})
        days[row["day"]] = (row["yes"], row["no"])
    names = groups()
    return [
        chart(
            varname, names.get(varname, varname), days, wanted["since"], wanted["until"]
        )
        for varname, days in by_group.items()
    ]


def chart(
    varname: str,
    name: str,
    days: dict[datetime.date, tuple[int, int]],
    since: datetime.date,
    until: datetime.date,
) -> Chart:
    highest = max(max(counts) for counts in days.values())
    length = (until - since).days + 1
    counts = [
        days.get(since + datetime.timedelta(days=number), (0, 0))
        for number in range(length)
    ]
    return Chart(
        varname=varname,
        name=name,
        yes=sum(yes for yes, _no in counts),
        no=sum(no for _yes, no in counts),
        highest=highest,
        highest_on=next(day for day, both in days.items() if highest in both),
        points_yes=points([yes for yes, _no in counts], highest),
        points_no=points([no for _yes, no in counts], highest),
        since=since,
        until=until,
    )


def points(counts: list[int], highest: int) -> str:
    step = (WIDTH - 2 * MARGIN) / max(len(counts) - 1, 1)
    scale = (HEIGHT - 2 * MARGIN) / max(highest, 1)
    places = [
        f"{MARGIN + number * step:.1f},{HEIGHT - MARGIN - count * scale:.1f}"
        for number, count in enumerate(counts)
    ]
    # A single day is a dash, since a line of one point is invisible.
    if len(places) == 1:
        places.append(f"{MARGIN + 12},{places[0].split(',')[1]}")
    return " ".join(places)


def row_of(total: DailyTotal) -> Row:
    count = total.granted + total.refused
    methods: dict[str, Any] = dict(Method.choices)
    return [
        total.day,
        total.varname,
        methods.get(total.method, total.method),
        total.granted,
        total.refused,
        f"{total.granted / count:.0%}" if count else "",
    ]


def table(wanted: dict[str, Any]) -> Table:
    def rows() -> Iterator[Row]:
        for total in totals(wanted).iterator():
            yield row_of(total)

    return Table("Cookie choices", COLUMNS, rows)
