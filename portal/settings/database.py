"""How a database address becomes Django's settings, for SQLite and PostgreSQL."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from portal.postgresql import BoundedConnection

# WAL lets readers go on while one writer writes; IMMEDIATE takes the write lock at
# the start of a transaction, so that two writers queue instead of failing.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    ),
}
POSTGRESQL_OPTIONS = {
    # Whoever gets no connection within two seconds hears so. A pool that fails to
    # connect begins anew after two seconds, or else its pauses would grow to minutes.
    "pool": {
        "min_size": 1,
        "max_size": 8,
        "timeout": 2,
        "reconnect_timeout": 2,
        "connection_class": BoundedConnection,
    },
    "connect_timeout": 2,
    "options": (
        "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
    ),
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
POSTGRESQL = "portal.postgresql"
OPTIONS_BY_ENGINE: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": SQLITE_OPTIONS,
    POSTGRESQL: POSTGRESQL_OPTIONS,
}


def database_from_url(url: str) -> dict[str, Any]:
    """Settings for one database; unsafe requests are one transaction each.

    `portal.handlers` leaves GET, HEAD and OPTIONS outside that transaction.
    """
    database: dict[str, Any] = dict(dj_database_url.parse(url))
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["ENGINE"] = POSTGRESQL
    options = OPTIONS_BY_ENGINE.get(database["ENGINE"])
    if options is None:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// or sqlite:///."
        )
    database["OPTIONS"] = {**options, **database.get("OPTIONS", {})}
    database["ATOMIC_REQUESTS"] = True
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["CONN_MAX_AGE"] = 600
    else:
        database["CONN_HEALTH_CHECKS"] = True
    return database
