"""Settings of gunicorn for a portal that is killed over and over."""

from typing import Any

from django.urls import get_resolver


def when_ready(server: Any) -> None:
    """Load every view in the master: a worker spends its life on requests."""
    if not get_resolver().url_patterns:
        raise RuntimeError("The portal has no addresses.")
