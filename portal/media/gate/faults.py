"""How the gate says no."""

from django.core.exceptions import ValidationError


class FileRefused(ValidationError):
    """Raised with one sentence for the person who uploads."""


class HeldBack(FileRefused):
    """A file that a scanner has to judge, or has judged: it goes into quarantine.

    `finding` is what the scanner called it; empty when the scanner did not answer.
    """

    def __init__(self, sentence: str, finding: str = "") -> None:
        super().__init__(sentence)
        self.finding = finding
