from django.db import models
from django.db.models import Q


class DailyPageCount(models.Model):
    """How often pages of one kind were read on one day. Nothing about who read them."""

    day = models.DateField()
    page_type = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "page_type"]
        verbose_name = "daily page count"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["day", "page_type"], name="one_count_per_day_and_page_type"
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1), name="page_counts_start_at_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.page_type}: {self.count}"
