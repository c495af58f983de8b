"""The record of visitors' choices. No column says who, from where or on which page."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string

from portal.consent.models.notices import CookieNotice
from portal.evidence.models import AppendOnlyModel

# Without letters and digits that are taken for each other when read out.
REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
REFERENCE_LENGTH = 12


class Method(models.TextChoices):
    """By which road a choice came."""

    BANNER = "banner", "Banner"
    PAGE = "page", "Cookies page"
    PAGE_WITHOUT_SCRIPT = "page-no-script", "Cookies page without scripts"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    PLACEHOLDER = "placeholder", "Placeholder of a video or map"
    ERASURE = "erasure", "Erasure of the record"


def new_reference() -> str:
    return get_random_string(REFERENCE_LENGTH, REFERENCE_ALPHABET)


class ConsentEvent(AppendOnlyModel):
    """One choice of one visitor, and the notice that was in front of them.

    Added, never changed; removed only when it is older than evidence is kept, or when
    the visitor erases the own record. Database triggers hold to the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(
        max_length=REFERENCE_LENGTH, unique=True, default=new_reference
    )
    subject = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        help_text="Keyed hash of the visitor's key; empty for those who only refuse.",
    )
    notice = models.ForeignKey(
        CookieNotice, on_delete=models.PROTECT, related_name="events"
    )
    method = models.CharField(max_length=20, choices=Method)
    language = models.CharField(max_length=10)
    gpc = models.BooleanField("Global Privacy Control", default=False)
    choice_id = models.UUIDField(
        unique=True, null=True, help_text="Made by the browser: one click, one event."
    )
    created = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-created", "-id"]
        verbose_name = "consent event"
        default_permissions = ("view",)
        permissions = [("purge_consentevent", "Can delete expired consent events")]

    def __str__(self) -> str:
        return self.reference


class ConsentDecision(AppendOnlyModel):
    """What an event says about one group, by name: groups come and go."""

    event = models.ForeignKey(
        ConsentEvent, on_delete=models.PROTECT, related_name="decisions"
    )
    varname = models.CharField("group", max_length=32)
    is_granted = models.BooleanField()
    was_granted = models.BooleanField(null=True, help_text="Empty: not yet decided.")
    wording_hash = models.CharField(
        max_length=64, help_text="SHA-256 of the group's part of the notice."
    )

    class Meta:
        ordering = ["event", "varname"]
        verbose_name = "consent decision"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["event", "varname"], name="one_decision_per_event_and_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.varname}: {'yes' if self.is_granted else 'no'}"


class ConsentErasure(models.Model):
    """Says, within one transaction, whose events the database shall let go of.

    The row is removed again before the transaction ends: it would be the very link
    that the visitor asked to be erased.
    """

    subject = models.CharField(max_length=64, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "Erasure under way"
