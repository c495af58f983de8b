"""The full text structures of either database, which follow the table by themselves.

PostgreSQL computes a `tsvector` column for each text; SQLite keeps an FTS5 table by
triggers. Both are made after every migrate, as the rules of `portal.evidence` are: on
SQLite a later table rebuild silently drops a table's triggers.
"""

from django.db import connections

TABLE = "search_searchentry"
FULL_TEXT = "search_fulltext"
TRIGGERS = ("search_entry_added", "search_entry_removed", "search_entry_changed")
INDEXES = ("search_name_vector", "search_all_vector")

POSTGRESQL = (
    # The words are prepared already: exact lexemes, no parser and no dictionary.
    f"""ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS name_vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(name_words, ' ')))
        STORED""",
    f"""ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS all_vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(all_words, ' ')))
        STORED""",
    f"""CREATE INDEX IF NOT EXISTS search_name_vector ON {TABLE}
        USING gin (name_vector) WITH (fastupdate = off)""",
    f"""CREATE INDEX IF NOT EXISTS search_all_vector ON {TABLE}
        USING gin (all_vector) WITH (fastupdate = off)""",
)
SQLITE = (
    *(f"DROP TRIGGER IF EXISTS {trigger}" for trigger in TRIGGERS),
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {FULL_TEXT} USING fts5(
        name_words, all_words, content='{TABLE}', content_rowid='id',
        tokenize='unicode61', prefix='3')""",
    f"""CREATE TRIGGER search_entry_added AFTER INSERT ON {TABLE} BEGIN
        INSERT INTO {FULL_TEXT} (rowid, name_words, all_words)
        VALUES (new.id, new.name_words, new.all_words); END""",
    f"""CREATE TRIGGER search_entry_removed AFTER DELETE ON {TABLE} BEGIN
        INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, name_words, all_words)
        VALUES ('delete', old.id, old.name_words, old.all_words); END""",
    f"""CREATE TRIGGER search_entry_changed AFTER UPDATE ON {TABLE} BEGIN
        INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rowid, name_words, all_words)
        VALUES ('delete', old.id, old.name_words, old.all_words);
        INSERT INTO {FULL_TEXT} (rowid, name_words, all_words)
        VALUES (new.id, new.name_words, new.all_words); END""",
)


def install(using: str = "default") -> None:
    """Make what is missing; the SQLite text is read anew from the table."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names() or not missing(using):
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
    if connection.vendor == "sqlite":
        rebuild(using)


def remove(using: str = "default") -> None:
    """Take away what a reversed migration would stumble over."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        cursor.execute(f"DROP TABLE IF EXISTS {FULL_TEXT}")


def rebuild(using: str = "default") -> None:
    """SQLite reads its full text from the table again; PostgreSQL never needs to."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}) VALUES ('rebuild')")


def missing(using: str = "default") -> list[str]:
    """Names of structures that the database lacks."""
    connection = connections[using]
    wanted = INDEXES if connection.vendor == "postgresql" else (*TRIGGERS, FULL_TEXT)
    query = (
        "SELECT indexname FROM pg_indexes WHERE tablename = %s"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE tbl_name IN (%s, 'search_fulltext')"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        return sorted(set(wanted) - {row[0] for row in cursor.fetchall()})
