from typing import Any

from pages.forms import SubmittableForm
from policies.submission_rules import faults_of


class PolicyForm(SubmittableForm):
    """The policy's form: lenient for drafts, complete on submission."""

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        if self.is_submission:
            for name, sentence in faults_of(cleaned_data).items():
                self.say(name, sentence)
            self.check_effective_date(cleaned_data)
        return cleaned_data

    def check_effective_date(self, cleaned_data: dict[str, Any]) -> None:
        from policies.submission import reasons_against_effective_date

        effective_on = cleaned_data.get("effective_on")
        for reason in reasons_against_effective_date(self.instance, effective_on):
            self.say("effective_on", reason)
