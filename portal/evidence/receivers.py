"""Where signals enter: the rules follow the tables through every migration."""

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from portal.evidence import database_rules


@receiver(post_migrate, dispatch_uid="evidence.install_database_rules")
def install_database_rules(sender: Any, using: str, **kwargs: Any) -> None:
    if sender.label == "evidence":
        database_rules.install(using)


@receiver(pre_migrate, dispatch_uid="evidence.lift_database_rules")
def lift_database_rules(sender: Any, using: str, **kwargs: Any) -> None:
    """SQLite rebuilds tables to alter them, and cannot while triggers name them."""
    if sender.label == "evidence" and connections[using].vendor == "sqlite":
        database_rules.remove(using)
