"""Lists in parts. Each part begins after a key, so that a deep part costs no more."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.templatetags.portal import public_address


def part_of(rows: QuerySet[Any], limit: int) -> tuple[list[Any], bool]:
    """The first `limit` rows, and whether there are more."""
    found = list(rows[: limit + 1])
    return found[:limit], len(found) > limit


def next_address(request: HttpRequest, name: str, key: Any) -> str:
    """The address of the part after `key`, the other parameters as they are."""
    query = request.GET.copy()
    query[name] = str(key)
    return public_address(f"{request.path}?{query.urlencode()}")
