"""Small values that all pages of one content generation share, in process memory.

The generation counts with its next moment of change, so a value may say what is in
force. A request that reads on behalf of no known generation remembers nothing: one that
writes sees what it wrote.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from portal.cache.generation import Generation, bound_generation

MOST_VALUES = 1000
T = TypeVar("T")

_values: dict[Hashable, tuple[Generation, Any]] = {}


def kept(key: Hashable, default: Any = None) -> Any:
    generation = bound_generation()
    found = _values.get(key)
    if generation is None or found is None or found[0] != generation:
        return default
    return found[1]


def keep(key: Hashable, value: Any) -> None:
    generation = bound_generation()
    if generation is None:
        return
    if len(_values) >= MOST_VALUES:
        _values.clear()
    _values[key] = (generation, value)


def forget(key: Hashable) -> None:
    _values.pop(key, None)


def forget_all() -> None:
    _values.clear()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` made of the committed content, once for each generation."""
    missing = object()
    value = kept(key, missing)
    if value is missing:
        value = make()
        keep(key, value)
    return value  # type: ignore[no-any-return]
