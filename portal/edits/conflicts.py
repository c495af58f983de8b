"""What is raised when a form was made from a text that has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

# Names in a posted form. The first three are Wagtail's; the others come from here.
LOADED_REVISION = "loaded_revision_id"
LOADED_AT = "loaded_revision_created_at"
OVERWRITTEN_REVISION = "overwrite_revision_id"
MADE_FROM = "made_from"
TAKE_THEIRS = "take_theirs"
SAVED_OVER = "saved_over"
OWN_NAMES = {
    LOADED_REVISION,
    LOADED_AT,
    OVERWRITTEN_REVISION,
    MADE_FROM,
    TAKE_THEIRS,
    SAVED_OVER,
    "csrfmiddlewaretoken",
}


@dataclass(frozen=True)
class Difference:
    """One field of which two people have different texts."""

    name: str
    label: str
    theirs: str | SafeString
    mine: str | SafeString


@dataclass
class EditConflict(Exception):
    """Raised inside the transaction of the request, so that all of it is undone.

    `token` names the text that is stored now, as hidden fields for the next attempt.
    """

    title: str
    action: str
    token: dict[str, str]
    differences: Sequence[Difference] = field(default_factory=list)
    who: str = ""
    when: datetime | None = None

    def __str__(self) -> str:
        return f"Somebody else has saved “{self.title}” since you opened it."


def typed(data: QueryDict) -> list[tuple[str, str]]:
    """All that the person posted, but for what says which text it was made from."""
    return [
        (name, value)
        for name, values in data.lists()
        if name not in OWN_NAMES
        for value in values
    ]


def fields_given_up(data: Any) -> set[str]:
    """Names of the fields in which the person takes the other's text."""
    return set(data.getlist(TAKE_THEIRS)) if isinstance(data, QueryDict) else set()
