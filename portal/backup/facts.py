"""What a database says of itself: equal before a backup and after its restore."""

from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from policies.models import LedgerHead
from portal.audit.models import AuditHead


def facts_of_database() -> dict[str, Any]:
    """Applied migrations, the ends of both chains, and the rows of every table."""
    ledger = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    audit = AuditHead.objects.filter(pk=1).first() or AuditHead()
    return {
        "migrations": applied_migrations(),
        "ledger_head": f"{ledger.sequence}:{ledger.chain}",
        "audit_head": f"{audit.sequence}:{audit.chain}",
        "rows": rows_by_table(),
    }


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def known_migrations() -> list[str]:
    """Those of this release, whatever any database has."""
    return sorted(
        f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations
    )


def rows_by_table() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts
