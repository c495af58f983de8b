from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel


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
