"""Where signals enter the media app. Each receiver calls one service."""

from typing import Any

from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver

from portal.media.access import refuse_if_on_record, refuse_other_file
from portal.media.gate.faults import HeldBack
from portal.media.gated import held_back
from portal.media.models import PortalDocument
from portal.media.quarantine import hold


@receiver(pre_delete, sender=PortalDocument, dispatch_uid="media.keep_documents")
def keep_documents_on_record(instance: PortalDocument, **kwargs: Any) -> None:
    refuse_if_on_record(instance)


@receiver(pre_save, sender=PortalDocument, dispatch_uid="media.keep_files")
def keep_files_on_record(instance: PortalDocument, **kwargs: Any) -> None:
    refuse_other_file(instance)


@receiver(held_back, dispatch_uid="media.hold_in_quarantine")
def hold_in_quarantine(instance: Any, fault: HeldBack, **kwargs: Any) -> None:
    hold(instance, finding=fault.finding)
