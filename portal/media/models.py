import hashlib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from portal.media.gate import DOCUMENT_CHECKS, PICTURE_CHECKS
from portal.media.gated import PassesGate


class PortalImage(PassesGate, AbstractImage):
    """A picture with words for those who cannot see it."""

    gate_checks = PICTURE_CHECKS
    gate_limit = "WAGTAILIMAGES_MAX_UPLOAD_SIZE"

    is_decorative = models.BooleanField(
        "decorative",
        default=False,
        help_text="Tick if the picture adds nothing to the text around it.",
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "is_decorative",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(is_decorative=True) | ~Q(description=""),
                name="picture_has_alternative_text",
                violation_error_message=(
                    "Describe the picture in the description, or tick decorative."
                ),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if not self.is_decorative and not self.description.strip():
            raise ValidationError(
                {
                    "description": "Say what the picture shows, in up to 125 "
                    "characters, or tick decorative."
                }
            )

    @property
    def default_alt_text(self) -> str:
        return "" if self.is_decorative else self.description


class PortalRendition(AbstractRendition):
    """One size of a picture, made on demand."""

    image = models.ForeignKey(
        PortalImage, on_delete=models.CASCADE, related_name="renditions"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="one_rendition_per_filter",
            ),
        ]


class DocumentKind(models.TextChoices):
    POLICY = "policy", gettext_noop("Policy")
    LEAFLET = "leaflet", gettext_noop("Patient leaflet")
    EASY_READ = "easy_read", gettext_noop("Easy read")
    EQUALITY = "equality", gettext_noop("Equality impact assessment")
    EVIDENCE = "evidence", gettext_noop("Evidence review")
    CONSULTATION = "consultation", gettext_noop("Consultation")
    ENGAGEMENT = "engagement", gettext_noop("Engagement report")
    PROVIDER_LETTER = "provider_letter", gettext_noop("Letter to providers")
    REFERRAL_FORM = "referral_form", gettext_noop("Referral form")
    MINUTES = "minutes", gettext_noop("Minutes")
    GLOSSARY = "glossary", gettext_noop("Glossary")


class PortalDocument(PassesGate, AbstractDocument):
    """A file that stands beside a page, with what a reader wants to know first."""

    gate_checks = DOCUMENT_CHECKS
    gate_limit = "WAGTAILDOCS_MAX_UPLOAD_SIZE"

    kind = models.CharField(
        max_length=20, choices=DocumentKind, default=DocumentKind.POLICY
    )
    language = models.CharField(
        max_length=35,
        default="en",
        help_text="Language tag of the text: en, ur, pl, ar.",
    )
    page_count = models.PositiveIntegerField(
        "pages", null=True, blank=True, help_text="Leave empty if you do not know."
    )
    dated_on = models.DateField("date of the document", null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        help_text="The earlier document that this one replaces.",
    )

    admin_form_fields = (
        "title",
        "file",
        "kind",
        "language",
        "page_count",
        "dated_on",
        "supersedes",
        "collection",
        "tags",
    )

    class Meta(AbstractDocument.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(supersedes=models.F("id")),
                name="document_supersedes_another",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not self.file._committed:
            self.sha256 = checksum_of(self.file)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Without a file the form has said why; its name's ending says nothing more."""
        if self.file:
            super().clean()

    @property
    def format_name(self) -> str:
        """What a reader calls the format: `PDF`, `DOCX`."""
        return self.file_extension.upper()


class HeldFile(models.Model):
    """An upload in quarantine: bytes that nobody is served, and what is known of them.

    `key` is their name in the storage `quarantine`; `values` are the fields of the form
    that they came with, for a release into the library.
    """

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=255)
    model = models.CharField(max_length=100)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    finding = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    held_at = models.DateTimeField(default=timezone.now, db_index=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-held_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "name"], name="one_held_file_per_content_and_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unscanned(self) -> bool:
        """Whether it waits for a scanner that did not answer."""
        return not self.finding


def checksum_of(file: Any) -> str:
    """SHA-256 of an open file, as 64 hexadecimal digits; leaves it at its start."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
