"""The door that every model with an uploaded file has."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.dispatch import Signal

from portal.media.gate import Check, inspect
from portal.media.gate.faults import FileRefused, HeldBack
from portal.refusals import Refusal

# A form was refused for a file that goes into quarantine: `instance` as it would have
# been saved, `fault` a HeldBack. Roads without a form keep nothing: there the file is
# still where it came from.
held_back = Signal()


class PassesGate(models.Model):
    """A new file is looked into before it is kept, however it comes here."""

    gate_checks: dict[str, Check] = {}
    gate_limit = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        try:
            self.inspect_new_file()
        except FileRefused as fault:
            raise Refusal(*fault.messages) from None
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        try:
            self.inspect_new_file()
        except FileRefused as fault:
            if isinstance(fault, HeldBack):
                held_back.send(sender=type(self), instance=self, fault=fault)
            raise ValidationError({"file": fault.messages}) from None

    def inspect_new_file(self) -> None:
        """Raise FileRefused; a file that has passed is not looked into again."""
        file: Any = getattr(self, "file", None)
        if not file or file._committed:
            return
        if self.__dict__.get("_passed") is not file.file:
            inspect(file, self.gate_checks, getattr(settings, self.gate_limit))
            self.__dict__["_passed"] = file.file
