"""Rows that are settings: each change is logged with what was there before."""

from typing import Any

from django.db import models
from django.db.models.signals import post_delete, post_save, pre_save

from portal.audit.recording import plain, record

WATCHED: set[type[models.Model]] = set()
BEFORE = "_values_before_save"


def watch(*watched: type[models.Model]) -> None:
    """Log creation, change and deletion of these models' rows, with all columns."""
    for model in watched:
        WATCHED.add(model)
        name = f"audit.{model._meta.label_lower}"
        pre_save.connect(remember, sender=model, dispatch_uid=f"{name}.before")
        post_save.connect(log_saved, sender=model, dispatch_uid=f"{name}.saved")
        post_delete.connect(log_deleted, sender=model, dispatch_uid=f"{name}.deleted")


def columns(instance: models.Model) -> dict[str, Any]:
    return {
        field.attname: getattr(instance, field.attname)
        for field in instance._meta.concrete_fields
    }


def remember(instance: models.Model, **kwargs: Any) -> None:
    """Read what is stored now, because the instance may be half edited already."""
    manager = type(instance)._base_manager
    before = manager.filter(pk=instance.pk).values().first() if instance.pk else None
    setattr(instance, BEFORE, before)


def log_saved(
    instance: models.Model, created: bool, raw: bool = False, **kwargs: Any
) -> None:
    before = None if raw else plain(instance.__dict__.pop(BEFORE, None))
    after = plain(columns(instance)) or {}
    if created or before is None:
        record("settings.created", subject=instance, after=after)
        return
    changed = {name for name in after if before.get(name) != after[name]}
    if changed:
        record(
            "settings.changed",
            subject=instance,
            before={name: before.get(name) for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )


def log_deleted(instance: models.Model, **kwargs: Any) -> None:
    record("settings.deleted", subject=instance, before=columns(instance))
