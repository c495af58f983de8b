"""What the scanner saw: one item, in one phase, on one page."""

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

# Kept by service workers; nobody can declare it, because the portal has none.
CACHE = "cache"


class Phase(StrEnum):
    """What the visitor had said when the item was seen."""

    NO_CHOICE = "no choice"
    REJECT = "reject"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    GPC = "global privacy control"
    NO_SCRIPT = "no script"


@dataclass(frozen=True)
class Sighting:
    """`seconds` is how long the item stays; None is until the browser is closed.

    `host` is whose item it is; empty means the website that is scanned. `is_left` says
    that it was still there after the visitor had withdrawn.
    """

    kind: str
    name: str
    phase: Phase
    page: str
    host: str = ""
    seconds: int | None = None
    is_left: bool = False


@dataclass(frozen=True)
class WrittenCookie:
    """A cookie as a header or a script writes it."""

    name: str
    domain: str
    seconds: int | None

    @property
    def is_expiry(self) -> bool:
        """Whether the writing takes the cookie away instead of setting it."""
        return self.seconds is not None and self.seconds <= 0


def read_cookie(text: str) -> WrittenCookie:
    """`name=value; Max-Age=60; Domain=example.org`, as lenient as browsers are."""
    pair, *rest = text.split(";")
    name = pair.partition("=")[0].strip() if "=" in pair else ""
    attributes = {
        key.strip().lower(): value.strip()
        for key, _sign, value in (part.partition("=") for part in rest)
    }
    return WrittenCookie(
        name, attributes.get("domain", "").lstrip("."), seconds_of(attributes)
    )


def seconds_of(attributes: dict[str, str]) -> int | None:
    """Max-Age counts before Expires; neither means until the browser is closed."""
    age = attributes.get("max-age", "")
    if age.removeprefix("-").isdecimal():
        return int(age)
    if expires := attributes.get("expires"):
        try:
            return int(parsedate_to_datetime(expires).timestamp() - time.time())
        except (ValueError, OverflowError):
            return None
    return None
