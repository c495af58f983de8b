"""Where signals enter: the triggers follow the tables through every migration."""

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from portal.cache import triggers


@receiver(post_migrate, dispatch_uid="cache.install_triggers")
def install_triggers(sender: Any, using: str, **kwargs: Any) -> None:
    if sender.label == "cache":
        triggers.install(using)


@receiver(pre_migrate, dispatch_uid="cache.lift_triggers")
def lift_triggers(sender: Any, using: str, **kwargs: Any) -> None:
    """SQLite rebuilds tables to alter them, and cannot while triggers name them."""
    if sender.label == "cache" and connections[using].vendor == "sqlite":
        triggers.remove(using)
