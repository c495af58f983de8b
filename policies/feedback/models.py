from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

MAXIMUM_LENGTH = 1000


class Answer(models.TextChoices):
    USEFUL = "yes", "Useful"
    NOT_USEFUL = "no", "Not useful"
    PROBLEM = "problem", "Problem reported"


class Feedback(models.Model):
    """What one reader said about a page. Who it was is unknown, and when only by day.

    The text is stored as `policies.feedback.redaction` leaves it.
    """

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+"
    )
    version = models.ForeignKey(
        "policies.PolicyVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Which version of a policy was on the screen.",
    )
    answer = models.CharField(max_length=8, choices=Answer)
    text = models.CharField(max_length=MAXIMUM_LENGTH, blank=True)
    day = models.DateField(default=timezone.localdate, db_index=True)
    dealt_with_on = models.DateField(null=True)
    dealt_with_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer=Answer.PROBLEM) | ~Q(text=""),
                name="problem_says_what",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=Answer.values), name="feedback_has_an_answer"
            ),
            models.CheckConstraint(
                condition=Q(dealt_with_on=None, dealt_with_by=None)
                | Q(dealt_with_on__isnull=False, dealt_with_by__isnull=False),
                name="feedback_dealt_with_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Feedback {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.dealt_with_on is None

    @property
    def subject(self) -> Any:
        """The version that was on the screen, or else the page."""
        return self.version or self.page
