from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class ScanRun(models.Model):
    """One walk of the scanner over the website, and what it found."""

    finished_at = models.DateTimeField(default=timezone.now)
    url = models.URLField("website", max_length=500)
    is_green = models.BooleanField("without fault")
    pages = models.JSONField(default=list)
    findings = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        app_label = "consent"
        ordering = ["-finished_at", "-pk"]
        verbose_name = "scan for cookies"
        verbose_name_plural = "scans for cookies"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.url}, {self.finished_at:%Y-%m-%d %H:%M}"

    @property
    def fault_count(self) -> int:
        return sum(finding["is_fault"] for finding in self.findings)

    @property
    def warning_count(self) -> int:
        return len(self.findings) - self.fault_count
