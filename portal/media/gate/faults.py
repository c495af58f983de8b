"""How the gate says no."""

from django.core.exceptions import ValidationError


class FileRefused(ValidationError):
    """Raised with one sentence for the person who uploads."""
