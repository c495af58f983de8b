"""Refuses a deployment in which a changed page could stay as it was."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from portal.cache import triggers


@register(Tags.database, deploy=True)
def changes_are_noticed(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """With `check --deploy --database default`; not in `migrate`, which mends it."""
    for using in databases or []:
        tables = set(connections[using].introspection.table_names())
        if not tables.issuperset([triggers.CHANGES, triggers.PAGES]):
            continue
        missing = triggers.missing(using)
        if missing:
            yield Error(
                f"Changes of public content go unnoticed: {', '.join(missing)}.",
                hint="Run migrate, which installs these triggers again.",
                id="cache.E001",
            )
