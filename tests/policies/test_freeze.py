"""A text in review does not move, and what was sealed stays what it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from wagtail.models import Revision

from pages.models import Specialty
from policies import ledger
from policies.governed import governed_content
from policies.models import LedgerEntry, PolicyVersion
from portal.evidence import database_rules
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal
from tests.factories.approval import decide_as, submit, write_draft
from tests.factories.forms import editor_form


@contextmanager
def lifted_rules() -> Iterator[None]:
    """The database without its rules for a moment."""
    database_rules.remove()
    yield
    database_rules.install()


WRITERS = ["author", "author2", "publisher", "superuser", "clinician"]
BUTTONS = [[], ["action-submit"], ["action-publish"], ["action-restart-workflow"]]


@pytest.fixture
def unchanged_text(change):
    """Fails the test when the text in review, its revision or its hash has moved."""
    page = change.page.specific
    before = Revision.objects.get(pk=page.latest_revision_id)
    revisions = page.revisions.count()
    yield
    page.refresh_from_db()
    after = Revision.objects.get(pk=page.latest_revision_id)
    assert (after.pk, after.content) == (before.pk, before.content)
    assert page.revisions.count() == revisions
    assert content_hash(governed_content(after.as_object())) == change.content_hash


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.usefixtures("unchanged_text")
def test_the_editor_saves_nothing_during_review(
    submitted_policy, client_of, request, name
):
    client = client_of(request.getfixturevalue(name))
    url = reverse("wagtailadmin_pages:edit", args=[submitted_policy.pk])

    for button in BUTTONS:
        client.post(url, editor_form(submitted_policy, *button, title="Swapped"))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.usefixtures("unchanged_text")
def test_autosave_does_not_overwrite_the_text_in_review(
    submitted_policy, client_of, request, name
):
    person = request.getfixturevalue(name)
    latest = submitted_policy.latest_revision_id

    response = client_of(person).post(
        reverse("wagtailadmin_pages:edit", args=[submitted_policy.pk]),
        editor_form(submitted_policy, overwrite_revision_id=str(latest))
        | {"overwrite_revision_id": str(latest), "title": "Swapped"},
        headers={"accept": "application/json"},
    )

    assert response.status_code in {302, 400, 403, 422}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.usefixtures("unchanged_text")
def test_nobody_edits_and_approves_in_one_request(
    submitted_policy, change, client_of, request, name
):
    person = request.getfixturevalue(name)

    client_of(person).post(
        reverse("wagtailadmin_pages:edit", args=[submitted_policy.pk]),
        editor_form(submitted_policy, "action-workflow-action", title="Swapped")
        | {
            "workflow-action-name": "approve",
            "workflow-action-extra-data": '{"update": false}',
        },
    )

    assert not change.decisions.exists()


@pytest.mark.usefixtures("unchanged_text")
@pytest.mark.parametrize("name", WRITERS)
def test_no_earlier_text_is_restored_during_review(
    submitted_policy, client_of, request, name
):
    person = request.getfixturevalue(name)
    earlier = submitted_policy.revisions.order_by("pk").first()

    client_of(person).post(
        reverse(
            "wagtailadmin_pages:revisions_revert",
            args=[submitted_policy.pk, earlier.pk],
        ),
        editor_form(submitted_policy, title="Swapped"),
    )


@pytest.mark.usefixtures("unchanged_text")
def test_code_saves_no_draft_during_review(submitted_policy, author):
    with pytest.raises(Refusal, match="frozen"), transaction.atomic():
        write_draft(submitted_policy, author, title="Swapped")


@pytest.mark.usefixtures("unchanged_text")
def test_code_does_not_overwrite_the_revision_in_review(submitted_policy, author):
    draft = submitted_policy.get_latest_revision_as_object()
    draft.title = "Swapped"

    with pytest.raises(Refusal), transaction.atomic():
        draft.save_revision(
            user=author, overwrite_revision=submitted_policy.get_latest_revision()
        )


def test_an_approved_revision_is_never_overwritten(policy_in_force, author):
    approved = policy_in_force.get_latest_revision()
    draft = approved.as_object()
    draft.title = "Swapped"

    saved = draft.save_revision(user=author, overwrite_revision=approved)

    approved.refresh_from_db()
    assert saved.pk != approved.pk
    assert approved.content["title"] != "Swapped"


def test_an_approved_revision_object_cannot_be_saved_with_other_content(
    policy_in_force,
):
    approved = policy_in_force.get_latest_revision()
    approved.content = {**approved.content, "title": "Swapped"}

    with pytest.raises(Refusal, match="sealed"):
        approved.save()


def save_in_editor(client, page):
    """Save the latest draft once more; returns its governed text."""
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), editor_form(page)
    )
    assert response.status_code == 302
    page.refresh_from_db()
    return governed_content(page.get_latest_revision_as_object())


@pytest.mark.parametrize("kind", ["policy_draft", "treatment_draft"])
def test_the_same_text_saved_again_keeps_its_hash(kind, author, client_of, request):
    page = request.getfixturevalue(kind)

    first = save_in_editor(client_of(author), page)
    second = save_in_editor(client_of(author), page)

    assert page.revisions.count() == 3
    assert first == second
    assert content_hash(first) == content_hash(second)


def test_the_hash_does_not_depend_on_blocks_that_were_read(treatment_draft):
    unread = treatment_draft.get_latest_revision_as_object()
    read = treatment_draft.get_latest_revision_as_object()
    assert str(read.risks)

    assert governed_content(read) == governed_content(unread)


def test_version_change_and_revision_have_one_hash(version_in_force):
    change, revision = version_in_force.change, version_in_force.revision

    assert version_in_force.content_hash == change.content_hash
    assert content_hash(version_in_force.content) == change.content_hash
    assert content_hash(governed_content(revision.as_object())) == change.content_hash
    assert change.revision == revision


@pytest.mark.parametrize("column", ["content", "user_id", "object_id"])
def test_a_sealed_revision_is_sealed_in_the_database(change, superuser, column):
    value = {
        "content": {"title": "Swapped"},
        "user_id": superuser.pk,
        "object_id": "1",
    }[column]

    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        Revision.objects.filter(pk=change.revision_id).update(**{column: value})


def test_the_ledger_is_whole_after_ordinary_work(
    policy_in_force, next_change, approve_all
):
    approve_all(next_change)

    assert list(ledger.verify()) == []


@pytest.mark.parametrize(
    ("table", "column", "tampered"),
    [
        ("policies_policyversion", "lay_summary", "x"),
        ("policies_policyversion", "content", '{"title": "x"}'),
        ("policies_policyversion", "effective_from", "2099-01-01 00:00:00"),
        ("policies_decision", "note", "x"),
        ("policies_decision", "person_name", "x"),
        ("policies_ledgerentry", "payload", '{"x": 1}'),
        ("policies_ledgerhead", "sequence", 9),
    ],
)
def test_tampering_without_triggers_is_found(
    version_in_force, next_change, approve_all, table, column, tampered
):
    approve_all(next_change)
    with lifted_rules(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s "
            f"WHERE id = (SELECT MIN(id) FROM {table})",
            [tampered],
        )

    assert list(ledger.verify())


@pytest.mark.parametrize("table", ["policies_ledgerentry", "policies_decision"])
def test_a_row_removed_without_triggers_is_missed(
    version_in_force, next_change, approve_all, table
):
    approve_all(next_change)
    with lifted_rules(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = (SELECT MAX(id) FROM {table})")

    assert list(ledger.verify())
    assert PolicyVersion.objects.count() == 2
    assert LedgerEntry.objects.exists()


def test_a_referenced_name_that_changed_stops_the_decision(
    policy_draft, author, clinician
):
    change = submit(policy_draft, author)
    Specialty.objects.filter(pk=policy_draft.specialty_id).update(
        name="Renamed during review"
    )

    with pytest.raises(Refusal, match="no longer the text"), transaction.atomic():
        decide_as(clinician, change)

    assert not change.decisions.exists()


@pytest.mark.parametrize("name", ["author", "superuser"])
def test_a_page_that_is_not_in_review_has_nothing_to_decide(
    policy_draft, client_of, request, name
):
    person = request.getfixturevalue(name)

    answer = client_of(person).post(
        reverse("wagtailadmin_pages:edit", args=[policy_draft.pk]),
        editor_form(policy_draft, "action-workflow-action")
        | {"workflow-action-name": "approve"},
    )

    assert answer.status_code == 403
    assert "This page is not in review" in answer.content.decode()
