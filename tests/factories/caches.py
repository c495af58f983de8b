"""A cache that counts how often it is asked."""

from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache


class CountingCache(LocMemCache):
    reads: ClassVar[list[str]] = []

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.reads.append(key)
        return super().get(key, *args, **kwargs)
