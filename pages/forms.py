from typing import Any

from django import forms

from portal.edits.forms import EditedPageForm

SUBMIT_BUTTONS = ("action-submit", "action-restart-workflow")


class TranslatableForm(EditedPageForm):
    """Lets a translator say that the text follows the English page as it is now."""

    is_in_step = forms.BooleanField(
        label="This text now says what the English page says",
        required=False,
        help_text="Tick it after you have brought the translation up to date.",
    )

    def save(self, commit: bool = True) -> Any:
        from pages.translations import in_step_with, source_of

        if self.cleaned_data.get("is_in_step"):
            source = source_of(self.instance)
            if source is not None:
                revision, dated = in_step_with(source)
                self.instance.source_revision = revision
                self.instance.source_dated = dated
        return super().save(commit=commit)


class SubmittableForm(TranslatableForm):
    """Lets a draft be incomplete and asks for what is missing on submission.

    Whatever approval would refuse is said here first, beside the field, so that
    nobody loses what was typed.
    """

    @property
    def is_submission(self) -> bool:
        return any(button in self.data for button in SUBMIT_BUTTONS)

    def clean(self) -> dict[str, Any]:
        cleaned_data: dict[str, Any] = super().clean() or {}
        if self.is_submission:
            for name in self.instance.required_on_submit:
                if name in self.fields and not cleaned_data.get(name):
                    self.say(
                        name, "Fill this in before you submit the page for review."
                    )
            self.check_change_note(cleaned_data)
        return cleaned_data

    def check_change_note(self, cleaned_data: dict[str, Any]) -> None:
        note = (cleaned_data.get("change_note") or "").strip()
        if not note or not self.instance.pk:
            return
        last = self.instance.changes.filter(status="approved").first()
        if last is not None and last.change_note.strip() == note:
            self.say(
                "change_note",
                "This is still the note of the latest version. Say what changes now.",
            )

    def say(self, name: str, message: str) -> None:
        """One error for a field, and not a second one."""
        if name not in self.errors:
            self.add_error(name, message)
