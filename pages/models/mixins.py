from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel


class TranslationPanel(MultiFieldPanel):
    """Seen on translations alone."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            is_translation = self.instance.source_revision is not None
            return is_translation and bool(super().is_shown())


class TranslationMixin(models.Model):
    """Which text of the English page a translation was made from, and by whom."""

    source_revision = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="The revision of the English page; 0 for one without revisions; "
        "empty on a page that is no translation.",
    )
    source_dated = models.DateField(null=True, blank=True, editable=False)
    translator = models.CharField(
        "translated by",
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="Readers see it. Leave it empty to name nobody.",
    )
    translation_checker = models.CharField(
        "clinically checked by",
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="Who compared it with the English page. Readers see it.",
    )

    translation_panels = [
        TranslationPanel(
            [
                FieldPanel("translator"),
                FieldPanel("translation_checker"),
                FieldPanel("is_in_step"),
            ],
            heading="Translation",
        ),
    ]

    class Meta:
        abstract = True

    def stamp_values(self) -> dict[str, Any]:
        """What approval covers besides the text; nothing on an English page."""
        if self.source_revision is None:
            return {}
        return {
            "source_revision": self.source_revision,
            "source_dated": self.source_dated.isoformat() if self.source_dated else "",
            "translator": self.translator,
            "translation_checker": self.translation_checker,
        }


class ReviewDatesMixin(models.Model):
    """When clinicians last reviewed the page and when they must look again."""

    last_reviewed_on = models.DateField(
        "last clinically reviewed", null=True, blank=True
    )
    review_due_on = models.DateField("next review due", null=True, blank=True)

    review_panels = [
        MultiFieldPanel(
            [FieldPanel("last_reviewed_on"), FieldPanel("review_due_on")],
            heading="Clinical review",
            help_text="Change these only after the whole page was reviewed.",
        ),
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if (
            self.last_reviewed_on
            and self.review_due_on
            and self.review_due_on <= self.last_reviewed_on
        ):
            raise ValidationError(
                {"review_due_on": "The next review comes after the last one."}
            )
