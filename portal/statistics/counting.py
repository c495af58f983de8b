"""Counts one page view in one statement, so that two at once are both counted."""

from django.db import connection
from django.utils import timezone

ADD_ONE = """
INSERT INTO statistics_dailypagecount (day, page_type, count) VALUES (%s, %s, 1)
ON CONFLICT (day, page_type)
DO UPDATE SET count = statistics_dailypagecount.count + 1
"""


def count_page(page_type: str) -> None:
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(ADD_ONE, [today, page_type])
