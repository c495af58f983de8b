"""What all evidence is made of: rows that are added and stay."""

from typing import Any

from django.db import models

from portal.refusals import Refusal


class AppendOnlyModel(models.Model):
    """Evidence: rows are added and never changed or removed.

    Database triggers say the same to statements that do not pass through here; the
    app that owns the table names it in `register_rules`.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refusal(f"A {self._meta.verbose_name} on record cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Refusal(f"A {self._meta.verbose_name} on record cannot be removed.")
