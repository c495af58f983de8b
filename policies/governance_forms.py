from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policies.models import EmergencyVerdict, PolicyPage

ASK, CONFIRM = "ask", "confirm"


class EmergencyForm(forms.Form):
    """Why a draft goes public at once, and the hash of the draft on the screen."""

    reason = forms.CharField(
        label="Reason",
        help_text="Required and public: it is the change note of this version.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen_hash = forms.CharField(widget=forms.HiddenInput)


class JudgementForm(forms.Form):
    """Ratify or overturn, with a note and the hash of the text on the screen."""

    verdict = forms.ChoiceField(
        label="Your judgement",
        choices=[
            (EmergencyVerdict.RATIFY, "Ratify: the text stays"),
            (
                EmergencyVerdict.OVERTURN,
                "Overturn: a change that restores the former text goes to review",
            ),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Note",
        help_text="Required. What you checked, or what is wrong.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen_hash = forms.CharField(widget=forms.HiddenInput)


class RescissionForm(forms.Form):
    """The first of two people says why; `step` is what the screen offered."""

    reason = forms.CharField(
        label="Reason",
        help_text="Required. It stays on record beside the version.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    step = forms.ChoiceField(
        choices=[(ASK, ASK), (CONFIRM, CONFIRM)], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, asked_reason: str = "", **kwargs: Any) -> None:
        """The second person confirms `asked_reason` and writes none."""
        super().__init__(*args, **kwargs)
        self.asked_reason = asked_reason
        if asked_reason:
            self.fields["reason"].widget = forms.HiddenInput()
            self.fields["reason"].required = False

    def clean_reason(self) -> str:
        return self.asked_reason or self.cleaned_data["reason"]


class EvidenceForm(forms.Form):
    """Which policy, and the day for which somebody asks what was in force."""

    reference = forms.CharField(
        label="Reference of the policy", help_text="Such as CP-042.", max_length=40
    )
    on = forms.DateField(
        label="In force on",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Give a real day, such as 2026-03-31."},
    )

    def clean_reference(self) -> PolicyPage:
        reference = self.cleaned_data["reference"].upper()
        policy = PolicyPage.objects.filter(reference=reference).first()
        if policy is None:
            raise ValidationError(f"There is no policy {reference}.")
        return policy
