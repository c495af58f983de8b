"""Statements that pass by every model, as somebody at the database would type them."""

from typing import Any

from django.db import connection, transaction


def execute(statement: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def copy_row(table: str, key: int, **changes: Any) -> None:
    """INSERT a row that equals another one but for its key and `changes`."""
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, table)
    columns = [column.name for column in description if column.name != "id"]
    chosen = ", ".join("%s" if name in changes else name for name in columns)
    values = [changes[name] for name in columns if name in changes]
    execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {chosen} FROM {table} WHERE id = %s",
        [*values, key],
    )


def update(table: str, key: int, key_column: str = "id", **values: Any) -> None:
    assignments = ", ".join(f"{name} = %s" for name in values)
    execute(
        f"UPDATE {table} SET {assignments} WHERE {key_column} = %s",
        [*values.values(), key],
    )


def delete(table: str, key: int) -> None:
    execute(f"DELETE FROM {table} WHERE id = %s", [key])
