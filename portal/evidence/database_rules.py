"""Rules that the database itself keeps, whoever writes to it and by whichever road.

The same rules for PostgreSQL and SQLite, installed after every migrate: on SQLite a
later table rebuild silently drops a table's triggers. An app states its own rules and
hands them over with `register_rules` when it is ready.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "portal_rule_"


@dataclass(frozen=True)
class Condition:
    """A write that must not happen, and the sentence that says so."""

    name: str
    table: str
    event: str
    when: str
    message: str
    lock: str = ""


@dataclass(frozen=True)
class Trigger:
    """One trigger: where and when it fires, and the statements that make it."""

    name: str
    table: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """The rules of one app."""

    append_only: Sequence[str] = ()
    never_emptied: Sequence[str] = ()
    conditions: Callable[[str], Iterator[Condition]] = lambda vendor: iter(())


_registered: dict[str, Rules] = {}


def register_rules(
    app_label: str,
    *,
    append_only: Sequence[str] = (),
    never_emptied: Sequence[str] = (),
    conditions: Callable[[str], Iterator[Condition]] = lambda vendor: iter(()),
) -> None:
    """State an app's rules: tables that only grow, and writes that must not happen.

    `never_emptied` names tables whose rows may go one by one but not all at once.
    `conditions` gets the database's vendor, `postgresql` or `sqlite`.
    """
    _registered[app_label] = Rules(append_only, never_emptied, conditions)


def append_only_tables() -> list[str]:
    return [table for rules in _registered.values() for table in rules.append_only]


def never_emptied_tables() -> list[str]:
    return append_only_tables() + [
        table for rules in _registered.values() for table in rules.never_emptied
    ]


def tables() -> set[str]:
    """Every table that a rule watches."""
    return {condition.table for condition in all_conditions("postgresql")}


def triggers(vendor: str) -> list[Trigger]:
    """All triggers for a database vendor, `postgresql` or `sqlite`."""
    make = postgresql_trigger if vendor == "postgresql" else sqlite_trigger
    return [make(condition) for condition in all_conditions(vendor)] + (
        [truncate_trigger(table) for table in never_emptied_tables()]
        if vendor == "postgresql"
        else []
    )


def all_conditions(vendor: str) -> Iterator[Condition]:
    for table in append_only_tables():
        for event in ("UPDATE", "DELETE"):
            yield Condition(
                name=f"{table}_{event.lower()}",
                table=table,
                event=event,
                when="TRUE",
                message=f"Rows of {table} are evidence: they are only ever added.",
            )
    for rules in _registered.values():
        yield from rules.conditions(vendor)


def postgresql_trigger(condition: Condition) -> Trigger:
    name = PREFIX + condition.name
    old_or_new = "OLD" if condition.event == "DELETE" else "NEW"
    return Trigger(
        name,
        condition.table,
        (
            f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $rule$
            BEGIN
                {condition.lock}
                IF {condition.when} THEN
                    RAISE EXCEPTION USING MESSAGE = '{condition.message}',
                        ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN {old_or_new};
            END $rule$ LANGUAGE plpgsql
            """,
            f"DROP TRIGGER IF EXISTS {name} ON {condition.table}",
            f"CREATE TRIGGER {name} BEFORE {condition.event} ON {condition.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )


def truncate_trigger(table: str) -> Trigger:
    name = f"{PREFIX}{table}_truncate"
    return Trigger(
        name,
        table,
        (
            f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $rule$
            BEGIN
                RAISE EXCEPTION USING MESSAGE = '{table} is evidence and stays.',
                    ERRCODE = 'integrity_constraint_violation';
            END $rule$ LANGUAGE plpgsql
            """,
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        ),
    )


def sqlite_trigger(condition: Condition) -> Trigger:
    name = PREFIX + condition.name
    return Trigger(
        name,
        condition.table,
        (
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} BEFORE {condition.event} ON {condition.table} "
            f"FOR EACH ROW WHEN {condition.when} "
            f"BEGIN SELECT RAISE(ABORT, '{condition.message}'); END",
        ),
    )


def install(using: str = "default") -> None:
    """Make every rule anew; safe to repeat, and on a database half migrated."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in triggers(connection.vendor):
            if trigger.table not in existing:
                continue
            for statement in trigger.statements:
                cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Take the rules away, as a reversed migration or a test's clean-up must."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for trigger in triggers(connection.vendor):
            on_table = (
                f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            )
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on_table}")


def missing(using: str = "default") -> list[str]:
    """Names of rules that the database lacks, or that somebody switched off."""
    connection = connections[using]
    wanted = {trigger.name for trigger in triggers(connection.vendor)}
    return sorted(wanted - present(connection))


def present(connection: BaseDatabaseWrapper) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}
