"""Guards on what governed pages stand on: the site, the workflows, the specialties.

None of them is a governed text, and each can hide, end or reword what approval made
public. They hold for everybody, system administrators included.
"""

from typing import Any

from wagtail.models import Page, Site, Task, Workflow

from pages.models import Specialty, TreatmentPage
from pages.models.treatments import TREATMENT_WORKFLOW
from policies.guards import holds_approved_text
from policies.models import ChangeRequest, ChangeStatus, PolicyPage, PolicyStageTask
from policies.provisioning import WORKFLOW_NAME
from portal.accounts.grants import acting_user
from portal.refusals import Refusal

GOVERNING_WORKFLOWS = (WORKFLOW_NAME, TREATMENT_WORKFLOW)
FROM_CODE = (
    "The workflows of approval and their stages come from the portal's code; they "
    "change with a deployment."
)
SPECIALTY_WORDS = ("name", "plain_name", "slug")
KEPT_SITE = (
    "Approved pages live below this site, so it stays, with the same root page and "
    "as the default site. The command provision_site sets its address."
)


def serves_approved_text(site: Site) -> bool:
    return holds_approved_text(Page.objects.get(pk=site.root_page_id))


def guard_site(site: Site) -> None:
    """Before a site is saved: readers find the approved pages where they were."""
    before = Site.objects.filter(pk=site.pk).first() if site.pk else None
    if before is None:
        guard_second_site()
        return
    if not serves_approved_text(before):
        return
    is_moved = site.root_page_id != before.root_page_id
    is_replaced = before.is_default_site and not site.is_default_site
    if is_moved or is_replaced:
        raise Refusal(KEPT_SITE)
    address = (site.hostname, site.port)
    if acting_user() is not None and address != (before.hostname, before.port):
        raise Refusal(KEPT_SITE)


def guard_second_site() -> None:
    """A second one could answer to the host names of the first, with other pages."""
    if any(serves_approved_text(site) for site in Site.objects.all()):
        raise Refusal(
            "The portal is one site. A second one could take its place before the "
            "public."
        )


def guard_site_deletion(site: Site) -> None:
    if serves_approved_text(site):
        raise Refusal(KEPT_SITE)


def guard_workflow(workflow: Workflow) -> None:
    """Before a workflow is saved: those of the governance stay on, under their names.

    Nobody at a screen makes another of these names either.
    """
    before = Workflow.objects.filter(pk=workflow.pk).first() if workflow.pk else None
    if before is None:
        if acting_user() is not None and workflow.name in GOVERNING_WORKFLOWS:
            raise Refusal(FROM_CODE)
        return
    was, now = (before.name, before.active), (workflow.name, workflow.active)
    if before.name in GOVERNING_WORKFLOWS and before.active and was != now:
        raise Refusal(FROM_CODE)
    if before.name not in GOVERNING_WORKFLOWS and workflow.name in GOVERNING_WORKFLOWS:
        raise Refusal(FROM_CODE)


def guard_workflow_deletion(workflow: Workflow) -> None:
    if workflow.name in GOVERNING_WORKFLOWS:
        raise Refusal(FROM_CODE)


def guard_task(task: Task) -> None:
    """Before a task is saved, as a stage or as the plain task behind it."""
    before = PolicyStageTask.objects.filter(pk=task.pk).first() if task.pk else None
    if before is None:
        if acting_user() is not None and isinstance(task, PolicyStageTask):
            raise Refusal(FROM_CODE)
        return
    if before.active and not task.active:
        raise Refusal(FROM_CODE)
    is_other = (task.name, getattr(task, "stage", before.stage)) != (
        before.name,
        before.stage,
    )
    if acting_user() is not None and is_other:
        raise Refusal(FROM_CODE)


def guard_task_deletion(task: Task) -> None:
    if PolicyStageTask.objects.filter(pk=task.pk).exists():
        raise Refusal(FROM_CODE)


def guard_workflow_part(part: Any, *, is_deleted: bool = False) -> None:
    """Before a stage, a page or a content type joins or leaves a workflow.

    `part` is a WorkflowTask, WorkflowPage or WorkflowContentType. The command line,
    which has no acting user, provisions them.
    """
    if acting_user() is None:
        return
    before = type(part).objects.filter(pk=part.pk).first()
    workflows = {part.workflow_id, before.workflow_id if before else part.workflow_id}
    if not Workflow.objects.filter(
        pk__in=workflows, name__in=GOVERNING_WORKFLOWS
    ).exists():
        return
    if is_deleted or before is None or values_of(before) != values_of(part):
        raise Refusal(FROM_CODE)


def values_of(part: Any) -> list[Any]:
    return [getattr(part, field.attname) for field in part._meta.concrete_fields]


def guard_specialty(specialty: Specialty) -> None:
    """Before a specialty is saved: one in use keeps the words that readers see."""
    before = Specialty.objects.filter(pk=specialty.pk).first()
    if before is None or words_of(before) == words_of(specialty):
        return
    if is_in_use(before):
        raise Refusal(
            f"“{before.name}” stands on public pages or in texts on record, so its "
            "name, plain name and slug stay. Make a new specialty, and move each "
            "treatment and policy to it through review."
        )


def words_of(specialty: Specialty) -> list[str]:
    return [getattr(specialty, name) for name in SPECIALTY_WORDS]


def is_in_use(specialty: Specialty) -> bool:
    """By a live page, or by a text that was approved or is being decided on."""
    on_record = [ChangeStatus.IN_REVIEW, ChangeStatus.APPROVED]
    return (
        TreatmentPage.objects.live().filter(specialty=specialty).exists()
        or PolicyPage.objects.filter(specialty=specialty)
        .exclude(versions=None)
        .exists()
        or ChangeRequest.objects.filter(
            status__in=on_record, content__specialty=specialty.name
        ).exists()
    )
