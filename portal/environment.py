"""The only reader of the process environment.

Required means required: a missing value stops the start with one sentence.
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def required(name: str) -> str:
    """The value of `name`; a missing or empty one stops the start."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"Set the environment variable {name}; docs/environment.md says to what."
        )
    return value


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas: `a.example, b.example`."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def pairs(name: str) -> dict[str, str]:
    """Pairs written `left=right; left=right`; a line without `=` stops the start."""
    found = {}
    for pair in filter(None, map(str.strip, text(name).split(";"))):
        left, sign, right = pair.rpartition("=")
        if not sign or not left.strip() or not right.strip():
            raise ImproperlyConfigured(f"{name}: write left=right, not {pair!r}.")
        found[left.strip()] = right.strip()
    return found


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE_WORDS:
        return True
    if value.strip().lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def local_secret(path: Path) -> str:
    """A random secret of this checkout, made on first use; for development only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text().strip()


def everything() -> dict[str, str]:
    """All of it, for a program that the portal starts."""
    return dict(os.environ)
