"""Forms on public pages. They are sent with GET, so that answers have addresses."""

import datetime
import re
from typing import Any

from django import forms

DAY_IN_ADDRESS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WRITTEN_DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"]
HOW_TO_WRITE = "Type a day, month and year, such as 4 March 2026 or 4/3/2026."


class DayForm(forms.Form):
    """A day, written the way people write it."""

    date = forms.DateField(
        input_formats=WRITTEN_DAYS,
        error_messages={
            "required": HOW_TO_WRITE,
            "invalid": f"This is not a date. {HOW_TO_WRITE}",
        },
    )


class CompareForm(forms.Form):
    """Two versions of one policy, each by its number."""

    def __init__(
        self, *args: Any, versions: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("old", "Compare"), ("new", "with")):
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=versions,
                coerce=int,
                error_messages=dict.fromkeys(
                    ["required", "invalid_choice"],
                    "Choose two versions from the lists.",
                ),
            )


def day_from_address(text: str) -> datetime.date | None:
    """The day that `2026-03-04` names; None for any other writing."""
    if not DAY_IN_ADDRESS.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
