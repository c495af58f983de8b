"""Forms of the staff screens about notices, records and the report."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from portal.consent.models import Method

DAYS_SHOWN = 30
MOST_DAYS = 1100


class PublishForm(forms.Form):
    """Why there is a new notice, and whom it asks again."""

    change_note = forms.CharField(
        label="What changes and why",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Kept beside the notice for good.",
    )
    ask_again = forms.MultipleChoiceField(
        label="Ask those again who accepted",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ticked are groups about which visitors are told something else now. "
        "Leave a tick away only if the purpose is still the same. Those who have not "
        "chosen are asked in any case.",
    )
    ask_refusers = forms.MultipleChoiceField(
        label="Ask those again who refused",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rarely right: they have said no.",
    )
    seen_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, groups: Sequence[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("ask_again", "ask_refusers"):
            self.fields[name].choices = groups  # type: ignore[attr-defined]

    def look_again(self, seen_hash: str, reasons: Iterable[str]) -> None:
        """Say why nothing was published; the next attempt is about what is there."""
        data: Any = self.data
        self.data = data.copy()
        self.data["seen_hash"] = seen_hash  # type: ignore[index]
        for reason in reasons:
            self.add_error(None, reason)


def with_period(asked: QueryDict) -> QueryDict:
    """What was asked for; without a period, the last thirty days."""
    today = timezone.localdate()
    first = today - datetime.timedelta(days=DAYS_SHOWN - 1)
    filled = asked.copy()
    filled.setdefault("until", today.isoformat())
    filled.setdefault("since", first.isoformat())
    return filled


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    since = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day comes before the first.")
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("until", f"Choose at most {MOST_DAYS} days.")
        return cleaned


class ReportForm(PeriodForm):
    """What the report is about."""

    group = forms.ChoiceField(label="Group", required=False)
    method = forms.ChoiceField(
        label="How", required=False, choices=[("", "All"), *Method.choices]
    )

    def __init__(self, groups: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            ("", "All"),
            *groups.items(),
        ]


class ReferenceForm(forms.Form):
    """A record is found by its reference alone, never by a person."""

    reference = forms.CharField(label="Reference", max_length=20, strip=True)

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        return reference.replace(" ", "").replace("-", "").upper()
