from django.db import models


class PolicyStatus(models.TextChoices):
    """What a version says of the policy as a whole. Leaving is a change like others."""

    IN_FORCE = "in_force", "In force"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SUPERSEDED = "superseded", "Superseded by another policy"
