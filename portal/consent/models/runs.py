from django.db import models
from django.utils import timezone

from portal.evidence.models import AppendOnlyModel


class PurgeRun(AppendOnlyModel):
    """One run that removed expired records: when, and how many of each."""

    finished_at = models.DateTimeField(default=timezone.now)
    events = models.PositiveIntegerField()
    log_items = models.PositiveIntegerField()

    class Meta:
        ordering = ["-finished_at", "-pk"]
        verbose_name = "purge run"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.events} events, {self.log_items} lines of the log"
