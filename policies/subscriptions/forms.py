from typing import Any

from django import forms


class FollowForm(forms.Form):
    """An address, and what it wants to be told of."""

    topic = forms.CharField(max_length=200, widget=forms.HiddenInput)
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address in the correct format, like "
            "name@example.org",
            "max_length": "The address is too long: it has more than 254 characters",
        },
    )

    def clean_email(self) -> str:
        """In small letters; others than plain ones are taken by few servers."""
        email: str = self.cleaned_data["email"].lower()
        if not email.isascii():
            raise forms.ValidationError(self.fields["email"].error_messages["invalid"])
        return email


class StopForm(forms.Form):
    """Which subscription ends; `all` for every one."""

    stop = forms.CharField(max_length=20)

    def clean_stop(self) -> Any:
        wanted = self.cleaned_data["stop"]
        if wanted == "all":
            return None
        if not wanted.isdecimal() or not wanted.isascii():
            raise forms.ValidationError("Choose what to stop.")
        return int(wanted)
