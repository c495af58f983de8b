"""What visitors are told, as the scanner compares it with what it saw."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from portal.consent.models import Audience
from portal.consent.notices import published


@dataclass(frozen=True)
class Declaration:
    """One declared item; `name` may be a pattern with `*`.

    `seconds` is how long it may stay; None means until the browser is closed.
    """

    name: str
    kind: str
    group: str
    is_required: bool
    is_for_staff: bool = False
    seconds: int | None = None

    def covers(self, kind: str, name: str) -> bool:
        return self.kind == kind and fnmatchcase(name, self.name)


def declarations() -> list[Declaration]:
    """Every item of the published notice: what visitors read, not what is drafted."""
    return [
        Declaration(
            name=item["pattern"] or item["name"],
            kind=item["kind"],
            group=group["name"],
            is_required=group["is_required"],
            is_for_staff=item["audience"] == Audience.STAFF,
            seconds=item["lifetime_seconds"],
        )
        for group in published().groups
        for item in group["items"]
    ]
