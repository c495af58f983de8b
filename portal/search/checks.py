"""Refuses a deployment whose search would find nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from portal.search import structures


@register(Tags.database, deploy=True)
def search_structures_are_installed(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """With `check --deploy --database default`; not in `migrate`, which mends it."""
    for using in databases or []:
        if structures.TABLE not in connections[using].introspection.table_names():
            continue
        missing = structures.missing(using)
        if missing:
            yield Error(
                f"The database lacks parts of search: {', '.join(missing)}.",
                hint="Run migrate, which makes them again.",
                id="search.E001",
            )
