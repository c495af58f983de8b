"""Where signals enter the audit log: what Wagtail logs is mirrored into the chain."""

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import ModelLogEntry, PageLogEntry

from portal.audit.recording import record, record_all
from portal.audit.settings_models import WATCHED

# Every keystroke's autosave: the page's own history and the contributors hold these.
NOT_MIRRORED = {"wagtail.edit"}


@receiver(post_save, sender=PageLogEntry, dispatch_uid="audit.mirror_page_log")
def mirror_page_log(instance: PageLogEntry, created: bool, **kwargs: Any) -> None:
    if created and instance.action not in NOT_MIRRORED:
        mirror(instance, instance.page_id)


@receiver(post_save, sender=ModelLogEntry, dispatch_uid="audit.mirror_model_log")
def mirror_model_log(instance: ModelLogEntry, created: bool, **kwargs: Any) -> None:
    model = instance.content_type.model_class() if instance.content_type else None
    if created and model not in WATCHED:
        mirror(instance, instance.object_id)


def mirror(entry: PageLogEntry | ModelLogEntry, key: Any) -> None:
    record(**mirrored(entry, key))


def mirror_all(entries: Iterable[PageLogEntry]) -> None:
    """Entries that were written with one statement, of which no signal told."""
    record_all(
        mirrored(entry, entry.page_id)
        for entry in entries
        if entry.action not in NOT_MIRRORED
    )


def mirrored(entry: PageLogEntry | ModelLogEntry, key: Any) -> dict[str, Any]:
    """The same act, for the chain; `data` is what Wagtail noted about it."""
    kind = entry.content_type.name if entry.content_type else "item"
    return {
        "action": entry.action,
        "name": f"{kind} {key}: {entry.label}",
        "actor": entry.user,
        "after": entry.data or None,
    }
