"""The states of the database in which tests begin: each made once, then kept.

A fixture made with `kept_fixture` runs once in a session for each chain of such
fixtures that a test asks for. What it wrote is committed to a database of its own;
every test with the same chain begins there, and the fixture only fetches the rows
that it had returned.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import Model
from pytest_django import DjangoDbBlocker
from wagtail.models import Site

from tests.snapshots import Database, database_in_use

Making = Callable[..., Any]
# A fixture that moves the clock. What was made before would bear another date.
CLOCK = "clock"


def kept_fixture(function: Making) -> Any:
    """A fixture whose outcome is kept.

    `function` takes other kept fixtures, `site` and `db`. It returns a row or a
    namespace of rows; a test gets them as the database holds them.
    """

    @functools.wraps(function)
    def fetch_or_make(request: pytest.FixtureRequest, **values: Any) -> Any:
        current = request.config.stash[STATES].current
        if function in current.rows:
            return fetched(current.rows[function])
        return function(**values)

    names = ["request", *inspect.signature(function).parameters]
    fetch_or_make.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
    )
    fetch_or_make.making = function  # type: ignore[attr-defined]
    return pytest.fixture(fetch_or_make)


def fetched(value: Any) -> Any:
    """The same rows, read again."""
    if isinstance(value, Model):
        return type(value)._base_manager.get(pk=value.pk)
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(
            **{name: fetched(row) for name, row in vars(value).items()}
        )
    return value


@dataclass
class State:
    """A database, and what the fixtures that filled it had returned."""

    database: Database
    rows: dict[Making, Any] = field(default_factory=dict)


class States:
    """The provisioned database, and those that grew out of it by kept fixtures."""

    def __init__(self, directory: Path, blocker: DjangoDbBlocker) -> None:
        self.blocker = blocker
        self.kept = {(): State(database_in_use(directory))}
        self.current = self.kept[()]

    def begin(self, item: pytest.Item) -> None:
        """Put the test into its state, before anything of it runs."""
        with self.blocker.unblock():
            self.use(chain_of(item))

    def use(self, chain: tuple[Making, ...]) -> None:
        state = self.kept.get(chain) or self.make(chain)
        if state is not self.current:
            state.database.use()
            self.current = state

    def make(self, chain: tuple[Making, ...]) -> State:
        self.use(chain[:-1])
        state = State(self.current.database.copy(), dict(self.current.rows))
        state.database.use()
        self.current = state
        making = chain[-1]
        state.rows[making] = making(**self.arguments(making))
        state.database.keep()
        cache.clear()
        mail.outbox.clear()
        self.kept[chain] = state
        return state

    def arguments(self, making: Making) -> dict[str, Any]:
        given = {function.__name__: function for function in self.current.rows}
        values = {}
        for name in inspect.signature(making).parameters:
            if name in given:
                values[name] = fetched(self.current.rows[given[name]])
            elif name == "site":
                values[name] = Site.objects.get(is_default_site=True)
            else:
                values[name] = None
        return values

    def restore(self) -> None:
        """Bring the state that is in use back to what was kept."""
        self.current.database.restore()

    def discard(self) -> None:
        self.use(())
        for state in self.kept.values():
            state.database.discard()


STATES = pytest.StashKey[States]()
BEGINNING = pytest.StashKey[pytest.Item]()


def chain_of(item: pytest.Item) -> tuple[Making, ...]:
    """The kept fixtures of the test, each after those that it takes."""
    definitions = {
        **item._fixtureinfo.name2fixturedefs,  # type: ignore[attr-defined]
        **named_by_parameters(item),
    }
    if CLOCK in definitions:
        return ()
    kept = {
        name: found[-1].func.making
        for name, found in definitions.items()
        if hasattr(found[-1].func, "making")
    }
    chain: list[Making] = []

    def add(name: str) -> None:
        if name in kept and kept[name] not in chain:
            for taken in inspect.signature(kept[name]).parameters:
                add(taken)
            chain.append(kept[name])

    for name in sorted(kept):
        add(name)
    return tuple(chain)


def named_by_parameters(item: pytest.Item) -> dict[str, Any]:
    """The fixtures that a parametrised test fetches by the name it is given, and
    those that they take.
    """
    if "request" not in item._fixtureinfo.argnames:  # type: ignore[attr-defined]
        return {}
    manager = item.session._fixturemanager
    values = getattr(item, "callspec", SimpleNamespace(params={})).params.values()
    waiting = [name for name in values if isinstance(name, str)]
    found: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        fixtures = manager.getfixturedefs(name, item)
        if fixtures and name not in found:
            found[name] = fixtures
            waiting += fixtures[-1].argnames
    return found


def sort_by_state(items: list[pytest.Item]) -> None:
    """Let tests of one state stand together within their module, long ones before."""
    places: dict[Path, int] = {}

    def key(item: pytest.Item) -> tuple[bool, int, list[str]]:
        is_short = item.get_closest_marker("first") is None
        names = [f"{made.__module__}.{made.__name__}" for made in chain_of(item)]
        return is_short, places.setdefault(item.path, len(places)), names

    items.sort(key=key)
