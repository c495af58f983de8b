"""Which keys an object in a file may have and must have."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.importers.problems import ImportProblem


@dataclass(frozen=True)
class Shape:
    """The keys of one kind of object."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()

    def check(self, data: Any, where: str = "") -> dict[str, Any]:
        """`data` itself, once it is an object with these keys."""
        if not isinstance(data, dict):
            raise ImportProblem(where, "This must be an object with keys.")
        prefix = f"{where}." if where else ""
        for key in sorted(self.required - data.keys()):
            raise ImportProblem(f"{prefix}{key}", "This is missing.")
        for key in data:
            if key not in self.required | self.optional:
                raise ImportProblem(f"{prefix}{key}", "This key is not known here.")
        return data


def shape(required: list[str], optional: list[str]) -> Shape:
    return Shape(frozenset(required), frozenset(optional))


def read_json(path: Path) -> Any:
    """The content of one file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        message = f"This is not valid JSON: {error.msg}."
        raise ImportProblem(f"line {error.lineno}", message) from error


def list_at(data: dict[str, Any], key: str, where: str = "") -> list[Any]:
    """The list under `key`; an empty one if the key is absent."""
    value = data.get(key, [])
    if not isinstance(value, list):
        raise ImportProblem(f"{where}.{key}" if where else key, "This must be a list.")
    return value
