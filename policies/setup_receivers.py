"""Where the site, the workflows and the specialties meet their guards."""

from typing import Any

from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import (
    Site,
    Task,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from pages.models import Specialty
from policies import setup_guards as guards
from policies.models import RatifyingBody
from portal.directions import guard_texts

PARTS = (WorkflowContentType, WorkflowPage, WorkflowTask)


@receiver(pre_save, sender=Site, dispatch_uid="policies.guard_site")
def guard_saved_site(instance: Site, **kwargs: Any) -> None:
    guards.guard_site(instance)


@receiver(pre_delete, sender=Site, dispatch_uid="policies.guard_site_deletion")
def guard_deleted_site(instance: Site, **kwargs: Any) -> None:
    guards.guard_site_deletion(instance)


@receiver(pre_save, sender=Workflow, dispatch_uid="policies.guard_workflow")
def guard_saved_workflow(instance: Workflow, **kwargs: Any) -> None:
    guards.guard_workflow(instance)


@receiver(pre_delete, sender=Workflow, dispatch_uid="policies.guard_workflow_deletion")
def guard_deleted_workflow(instance: Workflow, **kwargs: Any) -> None:
    guards.guard_workflow_deletion(instance)


@receiver(pre_save, dispatch_uid="policies.guard_task")
def guard_saved_task(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Without a sender: each kind of task is a model of its own."""
    if issubclass(sender, Task):
        guards.guard_task(instance)


@receiver(pre_delete, dispatch_uid="policies.guard_task_deletion")
def guard_deleted_task(sender: Any, instance: Any, **kwargs: Any) -> None:
    if issubclass(sender, Task):
        guards.guard_task_deletion(instance)


@receiver(pre_save, dispatch_uid="policies.guard_workflow_part")
def guard_saved_workflow_part(sender: Any, instance: Any, **kwargs: Any) -> None:
    if sender in PARTS:
        guards.guard_workflow_part(instance)


@receiver(pre_delete, dispatch_uid="policies.guard_workflow_part_deletion")
def guard_deleted_workflow_part(sender: Any, instance: Any, **kwargs: Any) -> None:
    if sender in PARTS:
        guards.guard_workflow_part(instance, is_deleted=True)


@receiver(pre_save, sender=Specialty, dispatch_uid="policies.guard_specialty")
def guard_saved_specialty(instance: Specialty, **kwargs: Any) -> None:
    guards.guard_specialty(instance)


@receiver(pre_save, sender=RatifyingBody, dispatch_uid="policies.guard_body_name")
@receiver(pre_save, sender=Specialty, dispatch_uid="policies.guard_specialty_name")
def guard_listed_name(instance: Any, **kwargs: Any) -> None:
    guard_texts(instance)
