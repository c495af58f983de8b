"""Test databases that are copied, changed and brought back.

Django would empty every table after a real commit. That loses what migrations and
provisioning made, and the append-only tables refuse it.
"""

import itertools
import sqlite3
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

numbers = itertools.count(1)


class Database(Protocol):
    """A database to work in, and the copy that was kept of it."""

    def use(self) -> None:
        """Let the portal work in this database."""

    def copy(self) -> "Database":
        """Another database with what was kept of this one, and nothing kept yet."""

    def keep(self) -> None:
        """Keep the database as it is now."""

    def restore(self) -> None:
        """Bring the database back to what was kept."""

    def discard(self) -> None:
        """Forget what was kept, and the database unless Django made it."""


class SQLiteDatabase:
    """A file; kept by SQLite's own backup, which other connections may watch."""

    def __init__(self, path: Path, directory: Path) -> None:
        self.path = path
        self.directory = directory
        self.kept = directory / f"{path.stem}-kept.sqlite3"

    def use(self) -> None:
        connection.close()
        connection.settings_dict["NAME"] = str(self.path)

    def copy(self) -> "SQLiteDatabase":
        path = self.directory / f"state-{next(numbers)}.sqlite3"
        copy_file(self.kept, path)
        return SQLiteDatabase(path, self.directory)

    def keep(self) -> None:
        connection.ensure_connection()
        with sqlite3.connect(self.kept) as kept:
            connection.connection.backup(kept)
        kept.close()

    def restore(self) -> None:
        connection.ensure_connection()
        kept = sqlite3.connect(self.kept)
        kept.backup(connection.connection)
        kept.close()

    def discard(self) -> None:
        self.kept.unlink()


def copy_file(source: Path, target: Path) -> None:
    """By backup, not by bytes: the target then has no journal of the source's."""
    read, written = sqlite3.connect(source), sqlite3.connect(target)
    read.backup(written)
    read.close()
    written.close()


class PostgreSQLDatabase:
    """Kept as a second database, the template from which it is made again."""

    def __init__(self, name: str, *, is_ours: bool) -> None:
        self.name = name
        self.is_ours = is_ours
        self.kept = f"{name}_kept"

    def use(self) -> None:
        leave()
        connection.settings_dict["NAME"] = self.name

    def copy(self) -> "PostgreSQLDatabase":
        name = f"{self.name.split('_state')[0]}_state{next(numbers)}"
        execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.kept}"')
        return PostgreSQLDatabase(name, is_ours=True)

    def keep(self) -> None:
        execute(f'CREATE DATABASE "{self.kept}" TEMPLATE "{self.name}"')

    def restore(self) -> None:
        execute(
            f'DROP DATABASE "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.kept}"',
        )

    def discard(self) -> None:
        """Ends what sessions are left, too: Django deletes its database itself."""
        execute(
            f'DROP DATABASE "{self.kept}" WITH (FORCE)',
            f'DROP DATABASE "{self.name}" WITH (FORCE)'
            if self.is_ours
            else "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE datname = '{self.name}'",
        )


def leave() -> None:
    """Nobody may be connected to a template, nor stay in the database before."""
    database: Any = connection
    database.close()
    database.close_pool()


def execute(*statements: str) -> None:
    leave()
    database: Any = connection
    with database._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def database_in_use(directory: Path) -> Database:
    """The database that Django made for the tests, kept as it is."""
    database: Database
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        database = SQLiteDatabase(Path(name), directory)
    else:
        database = PostgreSQLDatabase(name, is_ours=False)
    database.keep()
    return database
