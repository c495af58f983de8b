"""Django's caches, with a few values kept in the process for one generation alone.

These values are read on every page. In a shared cache each would be a question more,
and one written there by a reader who began before a change would outlive it.
"""

from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache

from portal.cache.generation import bound_generation
from portal.cache.parts import forget_parts
from portal.cache.remembering import forget, forget_all, keep, kept

REMEMBERED = {
    "wagtail_site_root_paths",
    "portal.brand",
    "consent_published_notice",
}


class RemembersForAGeneration:
    """Mixed into a cache backend: outside of reading requests nothing changes."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        if key in REMEMBERED and bound_generation() is not None:
            return kept(key, default)
        return super().get(key, default, version)  # type: ignore[misc]

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        if key in REMEMBERED and bound_generation() is not None:
            keep(key, value)
        else:
            super().set(key, value, *args, **kwargs)  # type: ignore[misc]

    def clear(self) -> None:
        forget_all()
        forget_parts()
        super().clear()  # type: ignore[misc]

    def delete(self, key: str, version: int | None = None) -> bool:
        forget(key)
        return bool(super().delete(key, version))  # type: ignore[misc]


class PortalDatabaseCache(RemembersForAGeneration, DatabaseCache):
    """Shared by all workers."""


class PortalLocMemCache(RemembersForAGeneration, LocMemCache):
    """One process's own, for a laptop and for tests."""
