"""Nobody hides approved pages, ends reviews or rewords lists through the set-up."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page, Site, Task, Workflow, WorkflowPage, WorkflowTask

from pages.models import Specialty
from policies.models import PolicyStageTask
from portal.refusals import Refusal
from tests.policies.doors import nothing_changes

URLS = ["/", "/treatments/sample-injection/"]
CHANGE_URLS = ["/policies/sp-100/", "/policies/"]


def about_page():
    return Page.objects.get(slug="about", depth=3)


def site_form(site, **changes):
    form = {
        "hostname": site.hostname,
        "port": site.port,
        "site_name": site.site_name,
        "root_page": site.root_page_id,
        "is_default_site": "on",
        **changes,
    }
    return {name: value for name, value in form.items() if value is not None}


def post_edited(client, site, **changes):
    """As the screen posts it, with the text that it was opened with."""
    url = reverse("wagtailsites:edit", args=[site.pk])
    made_from = client.get(url).context["form"]["made_from"].value()
    return client.post(url, site_form(site, made_from=made_from, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"root_page": "about"},
        {"is_default_site": None},
        {"hostname": "elsewhere.example.org"},
    ],
    ids=["root page", "default site", "address"],
)
def test_the_site_of_approved_pages_is_not_changed(
    treatment_in_force, superuser, client_of, site, changes
):
    if "root_page" in changes:
        changes = {"root_page": about_page().pk}

    with nothing_changes(URLS):
        answer = post_edited(client_of(superuser), site, **changes)

    assert answer.status_code == 403
    assert "Approved pages live below this site" in answer.content.decode()


def test_the_name_of_the_site_may_change(
    treatment_in_force, superuser, client_of, site
):
    post_edited(client_of(superuser), site, site_name="Another name")

    site.refresh_from_db()
    assert site.site_name == "Another name"


def test_the_site_of_approved_pages_is_not_deleted(
    treatment_in_force, superuser, client_of, site
):
    with nothing_changes(URLS):
        answer = client_of(superuser).post(
            reverse("wagtailsites:delete", args=[site.pk])
        )

    assert answer.status_code == 403
    with pytest.raises(Refusal):
        Site.objects.all().delete()


def test_no_second_site_takes_the_place_of_the_first(
    treatment_in_force, superuser, client_of, site
):
    form = site_form(
        site, hostname="127.0.0.1", root_page=about_page().pk, is_default_site=None
    )

    with nothing_changes(URLS):
        answer = client_of(superuser).post(reverse("wagtailsites:add"), form)

    assert answer.status_code == 403
    assert Site.objects.count() == 1


def test_before_the_first_approval_the_site_is_free(treatment_draft, site):
    site.root_page = about_page()
    site.save()

    assert Site.objects.get().root_page_id == about_page().pk


def test_provisioning_goes_on_working(next_change):
    with nothing_changes(CHANGE_URLS):
        call_command("provision_site", verbosity=0)


WORKFLOW_NAMES = ["Policy approval", "Treatment review"]


@pytest.mark.parametrize("name", WORKFLOW_NAMES)
def test_a_workflow_of_the_governance_is_not_disabled(
    next_change, superuser, client_of, name
):
    workflow = Workflow.objects.get(name=name)
    url = reverse("wagtailadmin_workflows:disable", args=[workflow.pk])

    with nothing_changes(CHANGE_URLS):
        answer = client_of(superuser).post(url)

    workflow.refresh_from_db()
    next_change.refresh_from_db()
    assert answer.status_code == 403
    assert workflow.active
    assert next_change.is_open


@pytest.mark.parametrize("name", WORKFLOW_NAMES)
def test_a_workflow_of_the_governance_is_not_deleted_before_its_first_review(
    site, name
):
    with pytest.raises(Refusal):
        Workflow.objects.get(name=name).delete()


@pytest.mark.parametrize("stage", ["clinical", "commissioning"])
def test_a_stage_of_the_governance_is_neither_disabled_nor_deleted(
    next_change, superuser, client_of, stage
):
    task = PolicyStageTask.objects.get(stage=stage)
    url = reverse("wagtailadmin_workflows:disable_task", args=[task.pk])

    answer = client_of(superuser).post(url)

    assert answer.status_code == 403
    assert PolicyStageTask.objects.get(pk=task.pk).active
    for row in (task, Task.objects.get(pk=task.pk)):
        with pytest.raises(Refusal), transaction.atomic():
            row.delete()
        row.active = False
        with pytest.raises(Refusal):
            row.save()


def workflow_form(workflow, *, name=None, tasks=None, pages=()):
    """What the editor of workflows posts; a task is a key, and whether it goes."""
    rows = list(workflow.workflow_tasks.order_by("sort_order"))
    tasks = tasks or [(row.task_id, False) for row in rows]
    form = {
        "name": name or workflow.name,
        "workflow_tasks-TOTAL_FORMS": len(tasks),
        "workflow_tasks-INITIAL_FORMS": len(rows),
        "pages-TOTAL_FORMS": len(pages),
        "pages-INITIAL_FORMS": 0,
    }
    for place, (task, is_deleted) in enumerate(tasks):
        prefix = f"workflow_tasks-{place}-"
        form[f"{prefix}task"] = task
        form[f"{prefix}ORDER"] = place + 1
        form[f"{prefix}id"] = rows[place].pk if place < len(rows) else ""
        form[f"{prefix}DELETE"] = "on" if is_deleted else ""
    for place, page in enumerate(pages):
        form[f"pages-{place}-page"] = page
    return form


def renamed(workflow):
    return {"name": "A shorter way"}


def without_a_stage(workflow):
    keys = workflow.workflow_tasks.order_by("sort_order").values_list("task", flat=True)
    return {"tasks": [(key, place == 1) for place, key in enumerate(keys)]}


def with_another_stage(workflow):
    keys = workflow.workflow_tasks.order_by("sort_order").values_list("task", flat=True)
    other = Task.objects.create(name="Anybody at all")
    return {"tasks": [*[(key, False) for key in keys], (other.pk, False)]}


def with_a_page(workflow):
    return {"pages": [about_page().pk]}


@pytest.mark.parametrize(
    "change", [renamed, without_a_stage, with_another_stage, with_a_page]
)
def test_a_workflow_of_the_governance_is_not_edited(
    next_change, superuser, client_of, change
):
    workflow = Workflow.objects.get(name="Policy approval")
    before = list(WorkflowTask.objects.values_list("workflow", "task").order_by("pk"))
    form = workflow_form(workflow, **change(workflow))

    answer = client_of(superuser).post(
        reverse("wagtailadmin_workflows:edit", args=[workflow.pk]), form
    )

    assert answer.status_code == 403
    workflow.refresh_from_db()
    after = list(WorkflowTask.objects.values_list("workflow", "task").order_by("pk"))
    assert (workflow.name, after) == ("Policy approval", before)
    assert not WorkflowPage.objects.filter(workflow=workflow).exists()


def test_another_workflow_does_not_take_the_name_of_one(
    next_change, superuser, client_of
):
    other = Workflow.objects.create(name="A shorter way")
    task = Task.objects.create(name="Anybody at all")
    WorkflowTask.objects.create(workflow=other, task=task, sort_order=0)
    other = Workflow.objects.get(pk=other.pk)
    form = workflow_form(other, name="Policy approval")

    edited = client_of(superuser).post(
        reverse("wagtailadmin_workflows:edit", args=[other.pk]), form
    )
    form = {**form, "workflow_tasks-INITIAL_FORMS": 0, "workflow_tasks-0-id": ""}
    added = client_of(superuser).post(reverse("wagtailadmin_workflows:add"), form)

    assert (edited.status_code, added.status_code) == (403, 403)
    assert Workflow.objects.filter(name="Policy approval").count() == 1


@pytest.fixture
def used_specialty(treatment_in_force):
    return treatment_in_force.specialty


@pytest.mark.parametrize("field", ["name", "plain_name", "slug"])
def test_a_specialty_in_use_keeps_its_words(
    used_specialty, superuser, client_of, field
):
    url = reverse("wagtailsnippets_pages_specialty:edit", args=[used_specialty.pk])
    client = client_of(superuser)
    shown = client.get(url).context["form"]
    form = {name: shown[name].value() for name in shown.fields}

    with nothing_changes(URLS):
        answer = client.post(url, {**form, field: "never-approved"})

    assert answer.status_code == 403
    assert "Make a new specialty" in answer.content.decode()


def test_a_specialty_named_in_a_text_on_record_keeps_its_name(change):
    specialty = change.page.specific.specialty
    Page.objects.filter(pk=change.page_id).update(live=False)
    specialty.name = "Never approved"

    with pytest.raises(Refusal, match="texts on record"):
        specialty.save()


def test_a_specialty_that_nothing_uses_is_free(treatment_in_force):
    specialty = Specialty.objects.create(name="Misspelt", slug="misspelt")

    specialty.name = "Spelt"
    specialty.save()

    assert Specialty.objects.get(slug="misspelt").name == "Spelt"
