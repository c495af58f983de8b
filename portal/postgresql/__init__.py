"""PostgreSQL over a network that may swallow everything: nobody waits for ever.

The server's own time limits end a statement only while the server is there to count,
and TCP notices nothing while something in between goes on acknowledging.
"""

import time
from collections.abc import Generator
from typing import Any, Protocol

import psycopg

# Longer than `statement_timeout`: whoever answers at all says so before.
LONGEST_SECONDS = 35.0
# And while this process knows that the database does not answer.
LONGEST_IN_AN_OUTAGE = 1.0
# After which something else is asked of it, to know that.
SUSPICIOUS_SECONDS = 0.3


class Outage(Protocol):
    """What a process knows of its database, from whoever watches it."""

    def is_on(self) -> bool:
        """Whether it did not answer a moment ago, so that nobody need try."""

    def suspect(self) -> bool:
        """Have it asked, without waiting; whether it is known not to answer."""


# Whoever watches the database adds one.
outages: list[Outage] = []


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself when an answer does not come; the request fails, and is undone."""

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        return super().wait(self.bounded(gen), *args, **kwargs)

    def bounded(self, gen: Any) -> Generator[Any, Any, Any]:
        """The same dialogue; psycopg comes by ten times a second without news."""
        begun = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                news = yield wanted
                if not news and is_over(time.monotonic() - begun):
                    # Else Django would roll back, and wait for that as long again.
                    self.pgconn.finish()
                    raise psycopg.OperationalError("The database did not answer.")
                wanted = gen.send(news)
        except StopIteration as end:
            return end.value


def is_over(seconds: float) -> bool:
    if seconds < SUSPICIOUS_SECONDS:
        return False
    # Told early: it takes a while to know.
    is_away = any(outage.suspect() for outage in outages)
    return seconds >= (LONGEST_IN_AN_OUTAGE if is_away else LONGEST_SECONDS)
