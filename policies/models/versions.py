import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from policies.models.changes import ChangeKind, ChangeType, words_of_type
from policies.positions import (
    ENDED_WORDS,
    Position,
    PositionWords,
    patient_words,
)
from policies.status import PolicyStatus
from portal.evidence.models import AppendOnlyModel

if TYPE_CHECKING:
    from policies.text import PolicyText


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Questions to the ledger. What is in force is asked, never stored."""

    def standing(self) -> "PolicyVersionQuerySet":
        """Versions that nobody rescinded."""
        return self.filter(rescission=None)

    def effective(self, at: datetime.datetime | None = None) -> "PolicyVersionQuerySet":
        """Versions that have taken effect by `at` (now unless told)."""
        return self.standing().filter(effective_from__lte=at or timezone.now())

    def scheduled(self, at: datetime.datetime | None = None) -> "PolicyVersionQuerySet":
        """Versions that take effect after `at` (now unless told)."""
        return self.standing().filter(effective_from__gt=at or timezone.now())

    def in_force(self, at: datetime.datetime | None = None) -> "PolicyVersionQuerySet":
        """The one version of each policy that is in force at `at` (now unless told)."""
        latest = (
            PolicyVersion.objects.effective(at)
            .filter(policy=OuterRef("policy"))
            .order_by("-effective_from", "-number")
        )
        return self.filter(pk=Subquery(latest.values("pk")[:1]))

    def applying(self) -> "PolicyVersionQuerySet":
        """In force now, and neither withdrawn nor superseded."""
        return self.in_force().filter(status=PolicyStatus.IN_FORCE)

    def without_content(self) -> "PolicyVersionQuerySet":
        return self.defer("content")


class PolicyVersion(AppendOnlyModel):
    """An entry of the ledger: a text that was, is or will be in force.

    Readers get policies from here and nowhere else. `effective_to` is not stored; it
    is the `effective_from` of the next version, so intervals cannot overlap.
    """

    policy = models.ForeignKey(
        "policies.PolicyPage", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    change = models.OneToOneField(
        "policies.ChangeRequest", on_delete=models.PROTECT, related_name="version"
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(
        max_length=12, choices=ChangeKind, default=ChangeKind.NORMAL
    )
    status = models.CharField(
        max_length=12, choices=PolicyStatus, default=PolicyStatus.IN_FORCE
    )
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    position = models.CharField(max_length=30, choices=Position)
    lay_summary = models.TextField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    change_type = models.CharField(max_length=20, choices=ChangeType)
    change_note = models.TextField()
    is_announced = models.BooleanField(default=False)
    correction_notice = models.TextField(blank=True)
    wrong_since = models.DateField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose act completed the approval.",
    )
    ratify_by = models.DateTimeField(
        null=True, help_text="By when an emergency publication must be ratified."
    )
    effective_from = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    treatments = models.ManyToManyField(
        "pages.TreatmentPage",
        through="policies.CoveredTreatment",
        related_name="policy_versions",
    )

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"], name="one_version_per_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="versions_start_at_one"
            ),
            models.CheckConstraint(
                condition=~Q(change_note=""), name="version_note_is_not_blank"
            ),
            models.CheckConstraint(
                condition=Q(effective_from__gte=models.F("recorded_at")),
                name="versions_are_not_backdated",
            ),
            models.CheckConstraint(
                condition=Q(kind="emergency", ratify_by__isnull=False)
                | (~Q(kind="emergency") & Q(ratify_by=None)),
                name="emergencies_have_to_be_ratified",
            ),
        ]
        indexes = [
            models.Index(
                fields=["policy", "-effective_from", "-number"],
                name="policies_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} version {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("policy_version", args=[self.reference.lower(), self.number])

    def get_change_type_display(self) -> str:  # type: ignore[no-redef]
        return words_of_type(self.change_type, is_major=self.minor == 0)

    @property
    def label(self) -> str:
        """The number that people quote: major, full stop, minor."""
        return f"{self.major}.{self.minor}"

    @property
    def policy_url(self) -> str:
        return reverse("policy", args=[self.reference.lower()])

    @property
    def words(self) -> PositionWords:
        """What the version says to a patient; an ended policy says that it ended."""
        return ENDED_WORDS.get(PolicyStatus(self.status)) or patient_words(
            self.position
        )

    @property
    def applies(self) -> bool:
        """Whether it still decides on funding: neither withdrawn nor superseded."""
        return self.status == PolicyStatus.IN_FORCE

    @property
    def is_unratified(self) -> bool:
        """An emergency publication that two other people have still to ratify."""
        from policies.emergency import is_unresolved

        return is_unresolved(self)

    @cached_property
    def text(self) -> "PolicyText":
        """The governed text, ready for templates."""
        from policies.text import PolicyText

        return PolicyText(self.content)

    @property
    def effective_on(self) -> datetime.date:
        """The first day on which it is in force, in local time."""
        return timezone.localtime(self.effective_from).date()


class CoveredTreatment(AppendOnlyModel):
    """A version says that it covers a treatment."""

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="covered"
    )
    treatment = models.ForeignKey(
        "pages.TreatmentPage", on_delete=models.PROTECT, related_name="covered_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "treatment"], name="treatment_covered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} covers {self.treatment_id}"


class VersionDocument(AppendOnlyModel):
    """A version carries a document, named by the checksum of its bytes."""

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="version_documents"
    )
    document = models.ForeignKey(
        "media.PortalDocument", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "document"], name="document_once_in_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} carries {self.sha256[:12]}"


class VersionCode(AppendOnlyModel):
    """A clinical code that a version names, so that policies are found by code.

    A copy of what the text says, written with it and never afterwards.
    """

    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="version_codes"
    )
    system = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    is_included = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["system", "key"], name="versions_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} names {self.system} {self.key}"


def next_numbers(latest: PolicyVersion | None, *, is_major: bool) -> dict[str, Any]:
    """Number, major and minor of the version that follows `latest`."""
    if latest is None:
        return {"number": 1, "major": 1, "minor": 0}
    if is_major:
        return {"number": latest.number + 1, "major": latest.major + 1, "minor": 0}
    return {
        "number": latest.number + 1,
        "major": latest.major,
        "minor": latest.minor + 1,
    }
