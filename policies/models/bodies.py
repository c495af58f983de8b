from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel

from portal.edits.forms import EditedModelForm


class RatifyingBody(models.Model):
    """A committee or board that ratifies policies."""

    name = models.CharField(max_length=160, unique=True)

    base_form_class = EditedModelForm
    panels = [FieldPanel("name")]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "ratifying bodies"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.pk and self.name != self.stored_name() and self.is_on_record():
            raise ValidationError(
                {
                    "name": "This body has ratified under its present name, which "
                    "stays on record. Add a new body instead."
                }
            )

    def stored_name(self) -> str | None:
        rows = RatifyingBody.objects.filter(pk=self.pk)
        return rows.values_list("name", flat=True).first()

    def is_on_record(self) -> bool:
        """Whether a ratification names the body."""
        return self.ratifications.exists()
