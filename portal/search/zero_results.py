"""Counts words that found nothing, so that editors learn what readers call things.

Nothing about the person: no moment but the day, and no text that could be somebody's
number, date or address. What does not look like the name of a treatment is not kept.
"""

import datetime
import logging
import re
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Max, Sum
from django.utils import timezone

from portal.exports import Row, Table
from portal.search.models import ZeroResult
from portal.search.words import Query

logger = logging.getLogger(__name__)

KEPT_DAYS = 90
MOST_IN_A_DAY = 500
MOST_WORDS = 5
LONGEST = 60
# Figures and addresses: the whole text is about somebody, so none of it is kept.
ABOUT_SOMEBODY = re.compile(r"[\d@/\\:=<>{}]|\w\.\w")
PLAUSIBLE = re.compile(r"(?!.*(.)\1\1)(?=.*[aeiouy])[a-z]{3,25}")


def countable(query: Query) -> str:
    """The words that may be kept; empty when the text must leave no trace."""
    if (
        query.is_cut
        or len(query.words) > MOST_WORDS
        or any(map(str.isdigit, query.text))
        or ABOUT_SOMEBODY.search(query.text)
        or not all(map(PLAUSIBLE.fullmatch, query.words))
    ):
        return ""
    words = " ".join(query.words)
    return words if len(words) <= LONGEST else ""


def count(query: Query) -> None:
    """Once more for these words today. A search never fails because of it."""
    words = countable(query)
    if not words:
        return
    today = timezone.localdate()
    try:
        with transaction.atomic():
            row = ZeroResult.objects.filter(day=today, words=words)
            if row.update(count=F("count") + 1) or is_full(today):
                return
            ZeroResult.objects.bulk_create(
                [ZeroResult(day=today, words=words)], ignore_conflicts=True
            )
    except DatabaseError:
        logger.warning("A search without result was not counted.", exc_info=True)


def is_full(day: datetime.date) -> bool:
    return ZeroResult.objects.filter(day=day).count() >= MOST_IN_A_DAY


def forget() -> None:
    """Nothing is kept longer than is useful."""
    oldest = timezone.localdate() - datetime.timedelta(days=KEPT_DAYS)
    ZeroResult.objects.filter(day__lt=oldest).delete()


def totals() -> Any:
    """Words over all kept days, the most frequent first."""
    return (
        ZeroResult.objects.order_by()
        .values("words")
        .annotate(times=Sum("count"), last_on=Max("day"))
        .order_by("-times", "words")
    )


def table() -> Table:
    def rows() -> Iterator[Row]:
        for row in totals().iterator():
            yield [row["words"], row["times"], row["last_on"]]

    return Table("Searches without result", ["Words", "Times", "Last on"], rows)
