"""The approval workflows and their stages, made from code as often as one likes."""

from django.db import transaction
from wagtail.models import Task, Workflow, WorkflowTask

from pages.models.treatments import TREATMENT_WORKFLOW
from policies.models.evidence import LedgerHead
from policies.models.tasks import PolicyStageTask
from policies.stages import POLICY_STAGES, TREATMENT_STAGES, Stage

WORKFLOW_NAME = "Policy approval"


@transaction.atomic
def provision_workflows() -> None:
    """Both workflows with their stages in order, nothing else, and the ledger's end."""
    provision_workflow(WORKFLOW_NAME, POLICY_STAGES)
    provision_workflow(TREATMENT_WORKFLOW, TREATMENT_STAGES)
    remove_stock_workflow()
    LedgerHead.objects.get_or_create(pk=1)


def provision_workflow(name: str, stages: tuple[Stage, ...]) -> Workflow:
    workflow, _created = Workflow.objects.update_or_create(
        name=name, defaults={"active": True}
    )
    tasks = [provision_stage(stage) for stage in stages]
    workflow.workflow_tasks.exclude(task__in=tasks).delete()
    for order, task in enumerate(tasks):
        WorkflowTask.objects.update_or_create(
            workflow=workflow, task=task, defaults={"sort_order": order}
        )
    return workflow


def provision_stage(stage: Stage) -> PolicyStageTask:
    task, _created = PolicyStageTask.objects.update_or_create(
        stage=stage, defaults={"name": stage.label, "active": True}
    )
    return task


def remove_stock_workflow() -> None:
    """Wagtail's migrations leave a workflow whose only stage is the Moderators."""
    stock = Workflow.objects.filter(name="Moderators approval")
    stock.filter(workflow_states=None).delete()
    stock.update(active=False)
    Task.objects.filter(name="Moderators approval", task_states=None).delete()
