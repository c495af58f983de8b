from typing import Any

from django import forms

from policies.decisions import missing_bodies
from policies.models import ChangeRequest, RatifyingBody, Verdict


class DecisionForm(forms.Form):
    """A verdict, its note, and the hash of the text that was on the screen."""

    verdict = forms.ChoiceField(
        label="Your decision",
        choices=[(Verdict.APPROVE, "Approve"), (Verdict.REJECT, "Send back")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Note",
        help_text="Required. What you checked, or what has to change.",
        widget=forms.Textarea(attrs={"rows": 4}),
        strip=True,
    )
    seen_hash = forms.CharField(widget=forms.HiddenInput)


class RatificationForm(forms.Form):
    """That a body agreed: who, when, where it is minuted."""

    body = forms.ModelChoiceField(queryset=RatifyingBody.objects.none())
    ratified_on = forms.DateField(
        label="Ratified on", widget=forms.DateInput(attrs={"type": "date"})
    )
    minute_reference = forms.CharField(label="Minute reference", max_length=80)
    conditions = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, change: ChangeRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"] = forms.ModelChoiceField(
            queryset=RatifyingBody.objects.filter(name__in=missing_bodies(change))
        )
