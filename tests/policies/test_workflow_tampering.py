"""Whoever bends the workflow ends up with no publication, never with a free one."""

import pytest
from django.core.checks import run_checks
from django.db import transaction
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, Task, Workflow, WorkflowPage

from policies.decisions import current_stage
from policies.models import PolicyStageTask, PolicyVersion
from policies.stages import QUORUM, ChangeClass, Stage
from portal.refusals import Refusal
from tests.factories.approval import decide_as
from tests.policies.doors import nothing_changes, press

URLS = ["/policies/sp-100/", "/policies/"]


@pytest.mark.parametrize("stages", [["clinical"], ["clinical", "commissioning"]])
def test_disabling_stages_publishes_nothing(next_change, superuser, client_of, stages):
    client = client_of(superuser)
    with nothing_changes(URLS):
        for task in PolicyStageTask.objects.filter(stage__in=stages):
            client.post(reverse("wagtailadmin_workflows:disable_task", args=[task.pk]))

    next_change.refresh_from_db()
    assert not next_change.decisions.exists()
    assert next_change.status != "approved"


def test_disabling_the_last_stage_half_way_publishes_nothing(
    next_change, clinician, superuser, client_of
):
    decide_as(clinician, next_change)
    task = PolicyStageTask.objects.get(stage=Stage.COMMISSIONING)

    with nothing_changes(URLS):
        response = client_of(superuser).post(
            reverse("wagtailadmin_workflows:disable_task", args=[task.pk])
        )

    task.refresh_from_db()
    next_change.refresh_from_db()
    assert response.status_code == 403
    assert task.active
    assert next_change.is_open


def test_disabling_the_workflow_publishes_nothing(next_change, superuser, client_of):
    workflow = next_change.workflow_state.workflow

    with nothing_changes(URLS):
        client_of(superuser).post(
            reverse("wagtailadmin_workflows:disable", args=[workflow.pk])
        )

    next_change.refresh_from_db()
    assert next_change.status != "approved"


def test_removing_the_stages_from_the_workflow_publishes_nothing(
    next_change, clinician
):
    next_change.workflow_state.workflow.workflow_tasks.filter(
        task__policystagetask__stage=Stage.COMMISSIONING
    ).delete()

    with nothing_changes(URLS), pytest.raises(Refusal, match="not been passed"):
        decide_as(clinician, next_change)

    assert not next_change.decisions.exists()


def test_removing_every_stage_publishes_nothing(next_change):
    state = next_change.workflow_state
    state.workflow.workflow_tasks.all().delete()
    state.current_task_state.status = "approved"

    def go_on():
        with transaction.atomic():
            state.current_task_state.save()
            state.update()

    with nothing_changes(URLS), pytest.raises(Refusal):
        go_on()


def test_finishing_the_workflow_by_hand_publishes_nothing(next_change, superuser):
    with nothing_changes(URLS), pytest.raises(Refusal, match="not been passed"):
        next_change.workflow_state.finish(user=superuser)

    next_change.refresh_from_db()
    assert next_change.is_open


def test_approving_a_task_state_by_hand_publishes_nothing(next_change, superuser):
    state = next_change.workflow_state

    def approve_every_stage():
        with transaction.atomic():
            for _stage in Stage:
                state.refresh_from_db()
                state.current_task_state.specific.approve(user=superuser)

    with nothing_changes(URLS), pytest.raises(Refusal):
        approve_every_stage()

    assert not PolicyVersion.objects.filter(change=next_change).exists()


def test_a_stage_added_by_hand_does_not_stand_in_for_another(
    next_change, clinician, superuser
):
    decide_as(clinician, next_change)
    state = next_change.workflow_state
    state.workflow.workflow_tasks.filter(
        task__policystagetask__stage=Stage.COMMISSIONING
    ).delete()
    own = Task.objects.create(name="Anybody at all")
    state.workflow.workflow_tasks.create(task=own, sort_order=9)

    def approve_both():
        with transaction.atomic():
            state.refresh_from_db()
            state.current_task_state.specific.approve(user=superuser)
            state.refresh_from_db()
            state.current_task_state.approve(user=superuser)

    with nothing_changes(URLS), pytest.raises(Refusal):
        approve_both()


@pytest.mark.parametrize("is_assigned", [True, False])
def test_without_an_active_workflow_nobody_publishes_directly(
    next_draft, superuser, publisher, client_of, is_assigned
):
    Workflow.objects.update(active=False)
    if not is_assigned:
        WorkflowPage.objects.all().delete()

    with nothing_changes(URLS):
        for person in (superuser, publisher):
            press("action-publish")(client_of(person), next_draft)
            press("action-submit")(client_of(person), next_draft)


def test_with_workflows_switched_off_nobody_publishes_directly(
    next_draft, superuser, author, client_of, settings
):
    settings.WAGTAIL_WORKFLOW_ENABLED = False

    with nothing_changes(URLS):
        for person in (superuser, author):
            press("action-publish")(client_of(person), next_draft)
            press("action-submit")(client_of(person), next_draft)

    assert "policies.E001" in {message.id for message in run_checks()}


def test_another_workflow_of_the_section_is_not_used(next_draft, author):
    other = Workflow.objects.create(name="A shorter way")
    WorkflowPage.objects.create(page=next_draft.get_parent(), workflow=other)

    page = Page.objects.get(pk=next_draft.pk).specific
    assert page.get_workflow().name == "Policy approval"


def test_the_admin_has_no_field_for_a_quorum(superuser, client_of):
    task = PolicyStageTask.objects.get(stage=Stage.COMMISSIONING)
    url = reverse("wagtailadmin_workflows:edit_task", args=[task.pk])

    form = client_of(superuser).get(url).context["form"]

    assert set(form.fields) <= {"name", "stage", "made_from"}
    asked = {"name": "Renamed", "stage": "clinical", "quorum": 0}
    made_from = form["made_from"].value()
    client_of(superuser).post(url, {**asked, "made_from": made_from})
    task.refresh_from_db()
    assert task.stage == Stage.COMMISSIONING
    assert QUORUM[(Stage.COMMISSIONING, ChangeClass.MAJOR)] == 2


def test_approvers_hold_no_page_permission(people):
    for person in (people.clinician, people.approver1):
        groups = person.groups.all()
        assert not GroupPagePermission.objects.filter(group__in=groups).exists()


def test_a_stage_waits_for_its_own_role(next_change):
    assert current_stage(next_change) == Stage.CLINICAL
