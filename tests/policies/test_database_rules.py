"""The database refuses by itself what the services would never ask of it."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from wagtail.models import Page

from policies import publication
from policies.decisions import cancel
from policies.emergency import judge, publish_at_once
from policies.models import (
    ChangeRequest,
    EmergencyVerdict,
    PolicyDocument,
    PolicyPage,
    PolicyVersion,
)
from policies.publication import record_version
from policies.stages import COMMISSIONING_APPROVER
from portal.evidence import database_rules
from portal.evidence.database_rules import append_only_tables
from portal.media.models import PortalDocument
from tests.factories.approval import approve_fully, decide_as, submit, write_draft
from tests.factories.pages import (
    PolicyPageFactory,
    RatifyingBodyFactory,
    TreatmentPageFactory,
)
from tests.policies.sql import copy_row, delete, execute, update

RULES = {
    condition.name: condition
    for condition in database_rules.all_conditions(connection.vendor)
}


def sealed_note(change: ChangeRequest, **others: Any) -> None:
    update("policies_changerequest", change.pk, change_note="Swapped")


def removed_change(change: ChangeRequest, **others: Any) -> None:
    delete("policies_changerequest", change.pk)


def change_born_approved(change: ChangeRequest, author: Any, **others: Any) -> None:
    page = PolicyPageFactory(author=author)
    copy_row(
        "policies_changerequest",
        change.pk,
        page_id=page.pk,
        status="approved",
        closed_at=timezone.now(),
    )


def approval_by_hand(change: ChangeRequest, **others: Any) -> None:
    update(
        "policies_changerequest",
        change.pk,
        status="approved",
        closed_at=timezone.now(),
    )


def decision_of_the_author(change: ChangeRequest, author: Any, **others: Any) -> None:
    copy_row("policies_decision", first_decision(change), person_id=author.pk)


def ratification_of_the_author(
    change: ChangeRequest, author: Any, **others: Any
) -> None:
    execute(
        "INSERT INTO policies_ratification (change_id, body_id, ratified_on, "
        "minute_reference, conditions, recorded_by_id, recorded_at) "
        "VALUES (%s, %s, %s, 'x', '', %s, %s)",
        [
            change.pk,
            RatifyingBodyFactory().pk,
            timezone.localdate(),
            author.pk,
            timezone.now(),
        ],
    )


def judgement_of_the_publisher(people: SimpleNamespace, **others: Any) -> None:
    policy = PolicyPageFactory(author=people.author)
    version = publish_at_once(policy=policy, person=people.emergency, reason="Recall.")
    judgement = judge(
        version=version,
        person=people.clinician,
        verdict=EmergencyVerdict.RATIFY,
        note="Right.",
        seen_hash=version.content_hash,
    )
    copy_row(
        "policies_emergencydecision",
        judgement.pk,
        person_id=people.emergency.pk,
    )


def version_without_approval(change: ChangeRequest, **others: Any) -> None:
    with transaction.atomic():
        record_version(change=change, published_by=change.submitted_by)


def role_beside_access_administration(people: SimpleNamespace, **others: Any) -> None:
    execute(
        "INSERT INTO accounts_user_groups (user_id, group_id) "
        "SELECT %s, id FROM auth_group WHERE name = 'Policy author'",
        [people.access.pk],
    )


def first_decision(change: ChangeRequest) -> int:
    return change.decisions.values_list("pk", flat=True)[0]


def live_draft(change: ChangeRequest, **others: Any) -> None:
    update(
        "wagtailcore_page",
        change.page_id,
        live=True,
        live_revision_id=change.revision_id,
    )


def other_title(treatment: Any, **others: Any) -> None:
    update("wagtailcore_page", treatment.pk, title="Swapped")


def not_live(treatment: Any, **others: Any) -> None:
    update("wagtailcore_page", treatment.pk, live=False)


def removed_page(treatment: Any, **others: Any) -> None:
    delete("wagtailcore_page", treatment.pk)


def other_introduction(treatment: Any, **others: Any) -> None:
    update("pages_treatmentpage", treatment.pk, "page_ptr_id", introduction="Swapped")


def live_from_the_start(model: type[models.Model], key: int) -> None:
    """Turn a live plain page into a governed one, by its second table alone."""
    plain = Page.objects.get(slug="about", depth=3)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        description = connection.introspection.get_table_description(cursor, table)
    columns = [column.name for column in description]
    chosen = ", ".join(
        {"page_ptr_id": str(plain.pk), "reference": "'SP-999'"}.get(name, name)
        for name in columns
    )
    execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {chosen} FROM {table} WHERE page_ptr_id = %s",
        [key],
    )


def policy_live_from_the_start(change: ChangeRequest, **others: Any) -> None:
    live_from_the_start(PolicyPage, change.page_id)


def treatment_live_from_the_start(treatment: Any, **others: Any) -> None:
    live_from_the_start(type(treatment), treatment.pk)


def other_reference(version: PolicyVersion, **others: Any) -> None:
    update("policies_policypage", version.policy_id, "page_ptr_id", reference="SP-998")


def other_revision_content(change: ChangeRequest, **others: Any) -> None:
    update("wagtailcore_revision", change.revision_id, content='{"title": "x"}')


def other_file(people: SimpleNamespace, **others: Any) -> None:
    document = PortalDocument.objects.create(
        title="Sample annex", file=ContentFile(b"Sample.", name="annex.txt")
    )
    policy = PolicyPageFactory(author=people.author)
    write_draft(policy, people.author, documents=[PolicyDocument(document=document)])
    approve_fully(submit(policy, people.author), people)
    update("media_portaldocument", document.pk, file="another.txt")


# In the tests of the evidence of cookie choices.
TRIPPED_ELSEWHERE = {
    "consent_consentevent_update",
    "consent_consentdecision_update",
    "consent_event_is_kept",
    "consent_decision_is_kept",
}
TRIPS: dict[str, Callable[..., None]] = {
    "role_is_held_alone_0": role_beside_access_administration,
    "change_is_sealed": sealed_note,
    "change_is_kept": removed_change,
    "change_begins_right": change_born_approved,
    "change_is_approved_by_people": approval_by_hand,
    "decision_is_allowed": decision_of_the_author,
    "ratification_is_allowed": ratification_of_the_author,
    "emergency_decision_is_allowed": judgement_of_the_publisher,
    "version_is_approved": version_without_approval,
    "live_page_is_approved": live_draft,
    "page_on_record_stays": not_live,
    "page_on_record_is_kept": removed_page,
    "treatment_text_is_approved": other_introduction,
    "policies_policypage_begins_as_draft": policy_live_from_the_start,
    "pages_treatmentpage_begins_as_draft": treatment_live_from_the_start,
    "reference_is_permanent": other_reference,
    "submitted_revision_is_sealed": other_revision_content,
    "document_on_record_is_kept": other_file,
}


@pytest.fixture
def state(people, version_in_force, next_change, treatment_in_force):
    """A policy in force with a change that has one approval, and a treatment."""
    decide_as(people.clinician, next_change)
    return {
        "people": people,
        "author": people.author,
        "version": version_in_force,
        "change": next_change,
        "treatment": treatment_in_force,
    }


@pytest.mark.parametrize("name", TRIPS)
def test_each_rule_refuses_what_it_names(state, name):
    with pytest.raises(IntegrityError) as refused:
        TRIPS[name](**state)

    assert RULES[name].message in str(refused.value)


def test_no_rule_is_without_its_test():
    append_only = {
        f"{table}_{event}"
        for table in append_only_tables()
        for event in ("update", "delete")
    }

    assert set(TRIPS) | append_only | TRIPPED_ELSEWHERE == set(RULES)


@pytest.mark.parametrize("name", ["other_title", "with_other_address"])
def test_the_row_of_a_treatment_keeps_title_and_address(state, name):
    values = {"other_title": {"title": "Swapped"}, "with_other_address": {"slug": "x"}}

    with pytest.raises(IntegrityError):
        update("wagtailcore_page", state["treatment"].pk, **values[name])


@pytest.mark.parametrize("status", ["approved", "in_review"])
def test_a_closed_change_does_not_open_again(change, author, status):
    cancel(change=change, person=author)

    with pytest.raises(IntegrityError):
        update("policies_changerequest", change.pk, status=status)


def test_a_treatment_is_not_approved_by_hand(treatment_draft, author):
    change = submit(treatment_draft, author)

    with pytest.raises(IntegrityError, match="approved by the people"):
        approval_by_hand(change)


def test_a_change_that_lacks_a_ratification_is_not_approved_by_hand(
    policy_draft, people
):
    write_draft(policy_draft, people.author, required_bodies=[RatifyingBodyFactory()])
    change = approve_fully(submit(policy_draft, people.author), people)

    with pytest.raises(IntegrityError, match="approved by the people"):
        approval_by_hand(change)


def test_a_rejected_change_is_not_approved_by_hand(state):
    decide_as(state["people"].approver1, state["change"], "reject")

    with pytest.raises(IntegrityError):
        approval_by_hand(state["change"])


@pytest.mark.parametrize(
    "changes",
    [
        {"content_hash": "0" * 64},
        {"note": "  "},
        {"note": ""},
        {"verdict": "maybe"},
        {"stage": "another"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_no_decision_is_inserted_that_the_screen_would_refuse(state, changes):
    with pytest.raises(IntegrityError):
        copy_row(
            "policies_decision",
            first_decision(state["change"]),
            **{
                "person_id": state["people"].approver1.pk,
                "stage": "commissioning",
                **changes,
            },
        )


@pytest.mark.parametrize("name", ["admin", "author2", "governance", "clinician"])
def test_no_decision_is_inserted_for_somebody_without_the_role(state, name):
    with pytest.raises(IntegrityError):
        copy_row(
            "policies_decision",
            first_decision(state["change"]),
            person_id=getattr(state["people"], name).pk,
            stage="commissioning",
        )


def test_no_version_is_inserted_with_other_text(state, approve_all):
    version = state["version"]

    for changes in (
        {"number": 2},
        {"number": 2, "content_hash": "0" * 64},
        {"number": 2, "change_id": state["change"].pk},
    ):
        with pytest.raises(IntegrityError):
            copy_row("policies_policyversion", version.pk, **changes)


def test_no_version_is_backdated(change, approve_all, monkeypatch):
    yesterday = timezone.now() - datetime.timedelta(days=1)
    monkeypatch.setattr(publication, "first_moment", lambda change, now: yesterday)

    with pytest.raises(IntegrityError), transaction.atomic():
        approve_all(change)

    assert not PolicyVersion.objects.exists()


def test_a_person_who_lost_the_role_inserts_nothing(state):
    state["people"].approver1.groups.clear()

    with pytest.raises(IntegrityError, match="may not decide"):
        copy_row(
            "policies_decision",
            first_decision(state["change"]),
            person_id=state["people"].approver1.pk,
            stage="commissioning",
            role=COMMISSIONING_APPROVER,
        )


def test_a_treatment_is_not_published_in_an_emergency(people):
    treatment = TreatmentPageFactory(author=people.author)
    change = submit(treatment, people.author)

    with pytest.raises(IntegrityError, match="needs its role"):
        copy_row(
            "policies_changerequest",
            change.pk,
            kind="emergency",
            submitted_by_id=people.emergency.pk,
        )
