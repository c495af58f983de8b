"""Django's backend, which lets nobody queue for a database known to be away."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base

from portal.postgresql import outages


class DatabaseWrapper(base.DatabaseWrapper):
    """Refuses at once, instead of waiting for the pool again and again."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        if any(outage.is_on() for outage in outages):
            raise psycopg.OperationalError("The database did not answer just now.")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            for outage in outages:
                outage.suspect()
            raise
