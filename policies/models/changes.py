from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from policies.stages import ChangeClass, Stage
from portal.evidence.models import AppendOnlyModel


class ChangeType(models.TextChoices):
    """What a change does to those it applies to; readers see it in the history."""

    NEW = "new", "New policy"
    TIGHTENED = "tightened", "Criteria tightened"
    RELAXED = "relaxed", "Criteria relaxed"
    POSITION = "position", "Commissioning position changed"
    CODES = "codes", "Codes changed"
    FUNDING_ROUTE = "funding_route", "Funding route changed"
    WORDING = "wording", "Wording only"
    CORRECTION = "correction", "Correction of a published error"
    REVIEW = "review", "Whole page reviewed"


def words_of_type(change_type: str, *, is_major: bool) -> str:
    """How a change is called; a major one is never called a change of wording only."""
    if is_major and change_type == ChangeType.WORDING:
        return "Text changed"
    return dict(ChangeType.choices).get(change_type, change_type)


class ContributionKind(models.TextChoices):
    EDITED = "edited", "Wrote or changed text"
    RESTORED = "restored", "Wrote text that somebody restored"


class Contribution(AppendOnlyModel):
    """Somebody wrote a draft: one row for each person and revision."""

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.PROTECT, related_name="contributions"
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty when nobody was signed in; such a draft cannot be submitted.",
    )
    kind = models.CharField(
        max_length=10, choices=ContributionKind, default=ContributionKind.EDITED
    )
    contributed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "person"], name="one_contribution_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or 'Nobody known'}, revision {self.revision_id}"


class ChangeStatus(models.TextChoices):
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Sent back"
    CANCELLED = "cancelled", "Cancelled"


class ChangeKind(models.TextChoices):
    NORMAL = "normal", "By review and approval"
    EMERGENCY = "emergency", "Emergency publication"
    RESTORATION = "restoration", "Restores the text before an emergency"


class ChangeRequest(models.Model):
    """One submitted draft, sealed: its text, note and contributors do not move again.

    Only the status moves, once, away from “in review”.
    """

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.PROTECT, related_name="changes"
    )
    kind = models.CharField(
        max_length=12, choices=ChangeKind, default=ChangeKind.NORMAL
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, related_name="+"
    )
    workflow_state = models.ForeignKey(
        "wagtailcore.WorkflowState",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty for an emergency, which runs through no workflow.",
    )
    base_version = models.ForeignKey(
        "policies.PolicyVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The latest version when the change was submitted.",
    )
    together_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="companions",
        help_text="The policy change with which this treatment's text takes effect.",
    )
    change_class = models.CharField(max_length=10, choices=ChangeClass)
    change_type = models.CharField(max_length=20, choices=ChangeType)
    change_note = models.TextField("public change note")
    internal_note = models.TextField(blank=True)
    effective_on = models.DateField(null=True)
    is_announced = models.BooleanField(default=False)
    correction_notice = models.TextField(blank=True)
    wrong_since = models.DateField(null=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(default=timezone.now)
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="contributed_changes"
    )
    status = models.CharField(
        max_length=12, choices=ChangeStatus, default=ChangeStatus.IN_REVIEW
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(status="in_review"),
                name="one_open_change_per_page",
            ),
            models.CheckConstraint(
                condition=~Q(change_note=""), name="change_note_is_not_blank"
            ),
            models.CheckConstraint(
                condition=~Q(change_type="correction") | ~Q(correction_notice=""),
                name="corrections_say_what_was_wrong",
            ),
            models.CheckConstraint(
                condition=Q(status="in_review", closed_at=None)
                | (~Q(status="in_review") & Q(closed_at__isnull=False)),
                name="closed_changes_have_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.change_note[:60]}"

    @property
    def name(self) -> str:
        """How staff call what is changed: reference and title, or the title alone."""
        reference = self.content.get("reference")
        title = self.content.get("title", "")
        return f"{reference}: {title}" if reference else title

    def get_change_type_display(self) -> str:  # type: ignore[no-redef]
        is_major = self.change_class == ChangeClass.MAJOR
        return words_of_type(self.change_type, is_major=is_major)

    @property
    def is_of_policy(self) -> bool:
        return "reference" in self.content

    @property
    def is_open(self) -> bool:
        return self.status == ChangeStatus.IN_REVIEW


class Verdict(models.TextChoices):
    APPROVE = "approve", "Approved"
    REJECT = "reject", "Sent back"


class Decision(AppendOnlyModel):
    """One person's verdict on one change, bound to the text that person saw."""

    change = models.ForeignKey(
        ChangeRequest, on_delete=models.PROTECT, related_name="decisions"
    )
    stage = models.CharField(max_length=20, choices=Stage)
    verdict = models.CharField(max_length=10, choices=Verdict)
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
                fields=["change", "person"], name="one_decision_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(note=""), name="decision_note_is_not_blank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.get_verdict_display()}"


class Ratification(AppendOnlyModel):
    """A body agreed to a change, on a date and under a minute."""

    change = models.ForeignKey(
        ChangeRequest, on_delete=models.PROTECT, related_name="ratifications"
    )
    body = models.ForeignKey(
        "policies.RatifyingBody",
        on_delete=models.PROTECT,
        related_name="ratifications",
    )
    ratified_on = models.DateField()
    minute_reference = models.CharField(max_length=80)
    conditions = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["ratified_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "body"], name="one_ratification_per_body"
            ),
            models.CheckConstraint(
                condition=~Q(minute_reference=""), name="ratification_names_its_minute"
            ),
        ]
