"""The state of the test database: kept once, brought back after a real commit.

Django would empty every table instead. That loses what migrations and provisioning
made, and the append-only tables refuse it.
"""

import sqlite3
from pathlib import Path
from typing import Any, Protocol

from django.db import connection


class Snapshot(Protocol):
    """A copy of the test database as it was when the copy was made."""

    def restore(self) -> None:
        """Bring the database back to that state."""

    def discard(self) -> None:
        """Forget the copy."""


class SQLiteSnapshot:
    """SQLite's own backup, which other connections to the file may watch."""

    def __init__(self, path: Path) -> None:
        self.copy = sqlite3.connect(path)
        connection.ensure_connection()
        connection.connection.backup(self.copy)

    def restore(self) -> None:
        connection.ensure_connection()
        self.copy.backup(connection.connection)

    def discard(self) -> None:
        self.copy.close()


class PostgreSQLSnapshot:
    """A second database, the template from which the first is made again."""

    def __init__(self) -> None:
        self.name = connection.settings_dict["NAME"]
        self.copy = f"{self.name}_snapshot"
        self.execute(f'CREATE DATABASE "{self.copy}" TEMPLATE "{self.name}"')

    def restore(self) -> None:
        self.execute(
            f'DROP DATABASE "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.copy}"',
        )

    def discard(self) -> None:
        """Ends what sessions are left, too: Django deletes the database itself next."""
        self.execute(
            f'DROP DATABASE "{self.copy}" WITH (FORCE)',
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE datname = '{self.name}'",
        )

    @staticmethod
    def execute(*statements: str) -> None:
        """From outside, because nobody may be connected to a template."""
        database: Any = connection
        database.close()
        database.close_pool()
        with database._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def take_snapshot(directory: Path) -> Snapshot:
    if connection.vendor == "sqlite":
        return SQLiteSnapshot(directory / "snapshot.sqlite3")
    return PostgreSQLSnapshot()
