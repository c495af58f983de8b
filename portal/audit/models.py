from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from portal.audit.actions import sentence_of
from portal.evidence.models import AppendOnlyModel


class AuditEntry(AppendOnlyModel):
    """One act of a member of staff, or of the portal itself.

    Written in the transaction of the act. It names no address, no browser and no
    session, and nothing that somebody typed into a sign-in form.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty when the portal or the command line acted.",
    )
    actor_name = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    request_line = models.CharField(
        max_length=300, blank=True, help_text="Method and path, without its query."
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.sentence}: {self.subject}" if self.subject else self.sentence

    @property
    def sentence(self) -> str:
        return sentence_of(self.action)


class AuditSeal(AppendOnlyModel):
    """The link of one entry in the chain, added as soon as its act was committed.

    Apart from the entry, so that people who act at once never wait for each other.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        AuditEntry, on_delete=models.PROTECT, related_name="seal"
    )
    previous_chain = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"Seal {self.sequence}"


class AuditHead(models.Model):
    """The end of the chain: one row, locked while the chain grows."""

    sequence = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.chain}"
