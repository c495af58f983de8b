"""Every address of the staff's ground that exists, with real things in it."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.site.door_rows import DEFAULTS, Row
from tests.site.door_table import TABLE

GROUND = ("admin/", "django-admin/", "staff/", "documents/", "_util/")
CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> Iterator[tuple[str, str]]:
    """Name of the view and route, for each address of the staff's ground."""
    for name, route in walk(get_resolver(), "", ()):
        if route.startswith(GROUND):
            yield name, route


def walk(resolver: Any, prefix: str, spaces: tuple[str, ...]) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or path_of(pattern)]), route
        else:
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from walk(pattern, route, (*spaces, *space))


def path_of(pattern: URLPattern) -> str:
    """How Django calls a view without a name."""
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return f"{view.__module__}.{view.__name__}"


def rows_of(view: str) -> list[Row]:
    return [
        row
        for row in TABLE
        if any(fnmatchcase(view, name) for name in row.views.split())
    ]


def address(row: Row, view: str, route: str, things: SimpleNamespace) -> str:
    """The route with the values of the row in it."""
    if row.path:
        return "/" + CONVERTED.sub(lambda found: key(things, found[1]), row.path)
    values = {**DEFAULTS, **row.values}
    return "/" + CONVERTED.sub(lambda found: key(things, values[found[1]]), route)


def key(things: SimpleNamespace, value: str) -> str:
    """The key of a thing by its name; any other text as it is."""
    thing = getattr(things, value, None)
    return str(thing.pk) if thing is not None else value
