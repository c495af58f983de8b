from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from policies.feedback.models import MAXIMUM_LENGTH
from policies.feedback.redaction import redacted

PATH_LENGTH = 300


class WordsField(forms.CharField):
    """A reader's own words, with what may name somebody taken out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAXIMUM_LENGTH, widget=forms.Textarea, **kwargs)
        self.error_messages["max_length"] = gettext_lazy(
            "Use %(limit_value)d characters or fewer: there are %(show_value)d"
        )

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        words = redacted(typed)
        if self.required and not words:
            raise forms.ValidationError(self.error_messages["required"])
        # Some characters become several in one form of Unicode.
        return words[:MAXIMUM_LENGTH]


class PageForm(forms.Form):
    """Which page it is about."""

    page = forms.CharField(max_length=PATH_LENGTH)


class AnswerForm(PageForm):
    """Was this page useful?"""

    useful = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])


class ReasonForm(forms.Form):
    """Why, in a reader's own words."""

    text = WordsField(
        label=gettext_lazy("What was helpful, or what was missing?"),
        error_messages={"required": gettext_lazy("Write something, or leave the page")},
    )


class ProblemForm(PageForm):
    """What is wrong with a page."""

    text = WordsField(
        label="What is the problem?",
        error_messages={"required": gettext_lazy("Write what the problem is")},
    )
