"""Evidence that follows a publication: second thoughts, ratifications, the chain."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from policies.models.versions import PolicyVersion
from portal.evidence.models import AppendOnlyModel


class RescissionRequest(AppendOnlyModel):
    """One person asks to take back a version that has not taken effect yet."""

    version = models.OneToOneField(
        PolicyVersion, on_delete=models.PROTECT, related_name="rescission_request"
    )
    reason = models.TextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="rescission_reason_is_not_blank"
            ),
        ]

    def __str__(self) -> str:
        return f"Request to rescind {self.version}"


class Rescission(AppendOnlyModel):
    """A scheduled version is taken back: by two people, or by an emergency."""

    version = models.OneToOneField(
        PolicyVersion, on_delete=models.PROTECT, related_name="rescission"
    )
    reason = models.TextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The second person; empty when an emergency took its place.",
    )
    emergency = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rescinded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rescission_says_why"),
            models.CheckConstraint(
                condition=Q(emergency__isnull=False)
                | (
                    Q(confirmed_by__isnull=False)
                    & ~Q(confirmed_by=models.F("requested_by"))
                ),
                name="rescission_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} rescinded"


class EmergencyVerdict(models.TextChoices):
    RATIFY = "ratify", "Ratified"
    OVERTURN = "overturn", "Overturned"


class EmergencyDecision(AppendOnlyModel):
    """One independent person ratifies or overturns an emergency publication."""

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="emergency_decisions"
    )
    verdict = models.CharField(max_length=10, choices=EmergencyVerdict)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField(max_length=320)
    role = models.CharField(max_length=80)
    note = models.TextField()
    content_hash = models.CharField(max_length=64)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], name="one_emergency_decision_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(note=""), name="emergency_note_is_not_blank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.get_verdict_display()}"


class EntryKind(models.TextChoices):
    VERSION = "version", "Version published"
    RESCISSION = "rescission", "Version rescinded"
    EMERGENCY_DECISION = "emergency", "Emergency decided on"


class LedgerEntry(AppendOnlyModel):
    """One link of the chain over all evidence, in the order in which it came.

    `chain` is SHA-256 over the previous chain and the canonical bytes of `payload`.
    """

    sequence = models.PositiveBigIntegerField(unique=True)
    kind = models.CharField(max_length=12, choices=EntryKind)
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="entries"
    )
    payload = models.JSONField()
    previous_chain = models.CharField(max_length=64)
    chain = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["sequence"]
        verbose_name_plural = "ledger entries"

    def __str__(self) -> str:
        return f"Entry {self.sequence}: {self.kind}"


class LedgerHead(models.Model):
    """The end of the chain. Its row lock puts writers of evidence in a queue."""

    sequence = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"Entry {self.sequence}"


class Reminder(AppendOnlyModel):
    """A reminder or escalation that was sent, so that it is sent once."""

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="reminders"
    )
    occasion = models.CharField(max_length=40)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "occasion"], name="one_reminder_per_occasion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.occasion}"
