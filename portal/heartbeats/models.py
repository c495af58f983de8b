import datetime

from django.db import models
from django.utils import timezone

TICK = "policy_tick"
LEDGER_VERIFIED = "verify_ledger"
AUDIT_VERIFIED = "verify_audit"


class Heartbeat(models.Model):
    """The last time that one regular job came to its end."""

    job = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job}: {self.at:%d %B %Y %H:%M}"


def beat(job: str) -> None:
    """Note that the job came to its end now."""
    Heartbeat.objects.update_or_create(job=job, defaults={"at": timezone.now()})


def heartbeats() -> dict[str, datetime.datetime]:
    return dict(Heartbeat.objects.values_list("job", "at"))
