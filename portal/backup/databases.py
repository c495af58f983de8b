"""Copies of the database, taken while others write, and how each is brought back."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, transaction

from portal.backup import programs
from portal.backup.manifest import BackupProblem

Dump = Callable[[Path], None]
FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}


@contextmanager
def one_moment() -> Iterator[Dump]:
    """Inside, queries and the dump see the database as it was at one moment.

    Nobody waits for it, neither readers nor writers.
    """
    if connection.vendor == "sqlite":
        with sqlite_moment() as dump:
            yield dump
    else:
        with postgresql_moment() as dump:
            yield dump


@contextmanager
def postgresql_moment() -> Iterator[Dump]:
    """A snapshot that this transaction exports and pg_dump takes up."""
    server = programs.server_version()
    pg_dump = programs.program("pg_dump", at_least=server)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # It lasts as long as pg_dump does, idle.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()

        def dump(path: Path) -> None:
            programs.run(
                pg_dump, "--format=custom", f"--snapshot={snapshot}", f"--file={path}"
            )

        yield dump


@contextmanager
def sqlite_moment() -> Iterator[Dump]:
    """A read transaction, in which SQLite's own backup copies.

    Not `atomic`, which would take the write lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        # A read transaction begins with the first read.
        cursor.execute("SELECT count(*) FROM sqlite_master")
        cursor.fetchone()
        try:
            yield dump_sqlite
        finally:
            cursor.execute("ROLLBACK")


def dump_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        # One file, which opens anywhere, without the companions of WAL.
        copy.execute("PRAGMA journal_mode = DELETE")


def refuse_unless_empty() -> None:
    """Raise a BackupProblem when the database has any table."""
    tables = connection.introspection.table_names()
    if tables:
        raise BackupProblem(
            f"The database {connection.settings_dict['NAME']} is not empty "
            f"({len(tables)} tables): restore into a new one."
        )


def refuse_other_vendor(vendor: str) -> None:
    if vendor != connection.vendor:
        raise BackupProblem(
            f"The backup is of {vendor}, but DATABASE_URL names {connection.vendor}."
        )


def load(path: Path) -> None:
    """Fill the empty database, all of it or nothing."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
            connection.ensure_connection()
            source.backup(connection.connection)
        # The next connection sets the journal mode again.
        connection.close()
        return
    pg_restore = programs.program("pg_restore", at_least=programs.server_version())
    connection.close()
    programs.run(
        pg_restore,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        str(path),
    )
