"""Refuses a deployment whose database would let evidence be changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from portal.evidence import database_rules


@register(Tags.database, deploy=True)
def database_rules_are_installed(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """With `check --deploy --database default`; not in `migrate`, which mends it."""
    for using in databases or []:
        tables = set(connections[using].introspection.table_names())
        if not tables.issuperset(database_rules.tables()):
            continue
        missing = database_rules.missing(using)
        if missing:
            yield Error(
                f"The database lacks rules that keep evidence: {', '.join(missing)}.",
                hint="Run migrate, which installs them again.",
                id="evidence.E001",
            )
