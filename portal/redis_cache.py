"""Redis as the shared cache, which may go away without anybody noticing but the log."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from portal.cache.backends import RemembersForAGeneration

logger = logging.getLogger(__name__)

# Seconds without a further try: a request must not wait for every key it asks for.
PAUSE = 5
# After these, what Redis still holds when it is back is older than what was written.
WRITES = {"set", "set_many", "touch", "delete", "delete_many", "clear"}


@dataclass
class Outage:
    """What this process knows of an outage; its threads share it."""

    until: float = 0
    has_lost_writes: bool = False

    def begin(self, reason: RedisError) -> None:
        logger.error("The cache is away: %s", type(reason).__name__)
        self.until = time.monotonic() + PAUSE


OUTAGE = Outage()


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away, each process remembers by itself.

    So limits on attempts go on counting, by process. When Redis is back, what it kept
    is thrown away if anything was to be changed meanwhile.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = LocMemCache("while-redis-is-away", {"KEY_PREFIX": self.key_prefix})

    def ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= OUTAGE.until:
            try:
                if OUTAGE.has_lost_writes:
                    super().clear()
                    self.own.clear()
                    OUTAGE.has_lost_writes = False
                return getattr(super(), method)(*args, **kwargs)
            except RedisError as reason:
                OUTAGE.begin(reason)
        OUTAGE.has_lost_writes |= method in WRITES
        return getattr(self.own, method)(*args, **kwargs)

    def is_there(self) -> bool:
        """Whether Redis itself answers now."""
        try:
            return bool(self._cache.get_client(None, write=True).ping())
        except RedisError:
            return False

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("delete", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("get_many", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("incr", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self.ask("delete_many", *args, **kwargs)

    def clear(self) -> Any:
        return self.ask("clear")


class PortalRedisCache(RemembersForAGeneration, ForgivingRedisCache):
    """Shared by all servers."""
