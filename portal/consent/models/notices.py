from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.evidence.models import AppendOnlyModel


class CookieNotice(AppendOnlyModel):
    """What visitors were told about cookies from one moment to the next.

    `content` holds groups, items, wording, the banner's own HTML and the hashes of
    templates and script; `content_hash` is the SHA-256 of its canonical bytes.
    """

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    content_hash = models.CharField(max_length=64)
    change_note = models.TextField()
    asks_again = models.JSONField(
        default=list, help_text="Groups whose acceptances ended with this notice."
    )
    asks_refusers = models.JSONField(
        default=list, help_text="Groups whose refusals ended with this notice."
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty when the portal itself published, on a deployment.",
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        verbose_name = "cookie notice"
        default_permissions = ("view",)
        permissions = [("publish_cookienotice", "Can publish cookie notices")]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1), name="cookie_notices_start_at_one"
            ),
        ]

    def __str__(self) -> str:
        return f"Cookie notice {self.number}"

    def group(self, varname: str) -> dict[str, Any] | None:
        """What the notice says about one group."""
        return next(
            (row for row in self.content["groups"] if row["varname"] == varname), None
        )
