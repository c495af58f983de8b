"""How long what readers said is kept."""

import datetime

from django.utils import timezone

from policies.feedback.models import Feedback

KEPT_FOR = datetime.timedelta(days=2 * 365)


def forget_feedback() -> int:
    """Delete what is two years old; returns how much that was."""
    oldest = timezone.localdate() - KEPT_FOR
    return int(Feedback.objects.filter(day__lt=oldest).delete()[0])
