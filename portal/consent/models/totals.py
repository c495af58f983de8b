from django.db import models


class DailyTotal(models.Model):
    """How many choices of a day said yes or no. Outlives the events it counts."""

    day = models.DateField()
    varname = models.CharField("group", max_length=32)
    method = models.CharField(max_length=20)
    granted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day", "varname", "method"]
        verbose_name = "daily total of choices"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["day", "varname", "method"], name="one_total_per_day_and_road"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.varname} {self.method}"
