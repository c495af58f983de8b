from collections.abc import Iterable
from typing import Any

from django import forms

from portal.consent.declaration import Content

ANSWERS = [("yes", "Yes"), ("no", "No")]


class CookieChoicesForm(forms.Form):
    """One question per optional group. Nothing is selected before a choice."""

    prefix = "choice"

    def __init__(self, groups: Iterable[Content], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in groups:
            self.fields[group["varname"]] = forms.ChoiceField(
                label=f"{group['name']}: do you want to accept these cookies?",
                choices=ANSWERS,
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"Select yes or no for “{group['name']}”",
                    "invalid_choice": f"Select yes or no for “{group['name']}”",
                },
            )

    @property
    def decisions(self) -> dict[str, bool]:
        return {name: answer == "yes" for name, answer in self.cleaned_data.items()}
