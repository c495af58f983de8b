"""Tables of evidence are only added to, and a missing rule does not go unseen."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection
from django.utils import timezone

from policies.decisions import ratify
from policies.emergency import judge, publish_at_once
from policies.models import (
    ChangeRequest,
    EmergencyVerdict,
    PolicyDocument,
    PolicyPage,
    PolicyVersion,
    Reminder,
)
from policies.rescission import rescind
from portal.accounts.models import CredentialChange, RoleGrant
from portal.audit.chain import seal
from portal.audit.models import AuditEntry
from portal.consent.models import PurgeRun
from portal.evidence import database_rules
from portal.evidence.checks import database_rules_are_installed
from portal.evidence.database_rules import append_only_tables
from portal.media.models import PortalDocument
from tests.factories.approval import approve_fully, submit, write_draft
from tests.factories.pages import PolicyPageFactory, RatifyingBodyFactory
from tests.kept_states import kept_fixture
from tests.policies.sql import execute

only_postgresql = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite has no TRUNCATE, no roles and no switch for a trigger.",
)


def add_document() -> PortalDocument:
    return PortalDocument.objects.create(
        title="Sample leaflet", file=ContentFile(b"Sample text.", name="leaflet.txt")
    )


@kept_fixture
def evidence(people: SimpleNamespace, treatment_in_force: Any) -> SimpleNamespace:
    """At least one row in every table that is only ever added to."""
    policy = PolicyPageFactory(author=people.author)
    body = RatifyingBodyFactory()
    write_draft(
        policy,
        people.author,
        required_bodies=[body],
        codes=[("code", {"system": "OPCS-4", "code": "W90.3", "is_included": True})],
        treatments=[treatment_in_force],
        documents=[PolicyDocument(document=add_document())],
    )
    change = approve_fully(submit(policy, people.author), people)
    ratify(
        change=change,
        person=people.approver1,
        body=body,
        ratified_on=timezone.localdate(),
        minute_reference="2026/11/4",
    )
    version = PolicyVersion.objects.get(change=change)
    Reminder.objects.create(version=version, occasion="review in 90 days")
    scheduled = schedule_next(policy, people)
    rescind(version=scheduled, person=people.governance, reason="Not yet.")
    rescind(version=scheduled, person=people.approver1, reason="Agreed.")
    emergency = publish_in_emergency(policy, people)
    CredentialChange.objects.create(user=people.author, kind="email")
    PurgeRun.objects.create(events=0, log_items=0)
    seal([AuditEntry.objects.latest("pk").pk])
    return SimpleNamespace(
        policy=policy, change=change, version=version, emergency=emergency
    )


def schedule_next(policy: PolicyPage, people: SimpleNamespace) -> PolicyVersion:
    write_draft(
        PolicyPage.objects.get(pk=policy.pk),
        people.author,
        required_bodies=[],
        lay_summary="From later on.",
        change_type="wording",
        change_note="Takes effect later.",
        effective_on=timezone.localdate() + datetime.timedelta(days=30),
    )
    change = approve_fully(submit(policy, people.author), people)
    return PolicyVersion.objects.get(change=change)


def publish_in_emergency(policy: PolicyPage, people: SimpleNamespace) -> PolicyVersion:
    policy = PolicyPage.objects.get(pk=policy.pk)
    write_draft(policy, people.emergency, lay_summary="At once.", effective_on=None)
    version = publish_at_once(
        policy=PolicyPage.objects.get(pk=policy.pk),
        person=people.emergency,
        reason="A recall of the product.",
    )
    judge(
        version=version,
        person=people.clinician,
        verdict=EmergencyVerdict.RATIFY,
        note="Right.",
        seen_hash=version.content_hash,
    )
    return version


@pytest.mark.parametrize("table", append_only_tables())
def test_evidence_is_only_added(evidence, table):
    (column,) = [
        model._meta.pk.column
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MIN({column}) FROM {table}")
        key = cursor.fetchone()[0]
    assert key is not None

    for statement in (
        f"UPDATE {table} SET {column} = {column} WHERE {column} = {key}",
        f"DELETE FROM {table} WHERE {column} = {key}",
    ):
        with pytest.raises(IntegrityError, match="evidence: they are only ever added"):
            execute(statement, [])


@only_postgresql
@pytest.mark.parametrize("table", append_only_tables())
@pytest.mark.usefixtures("db")
def test_evidence_is_not_truncated(table):
    with pytest.raises(IntegrityError, match="evidence and stays"):
        execute(f"TRUNCATE {table} CASCADE", [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [ChangeRequest, PolicyVersion, RoleGrant])
def test_rules_are_complete_after_tables_were_rebuilt(model):
    database_rules.remove()
    with connection.schema_editor() as editor:
        if connection.vendor == "sqlite":
            editor._remake_table(model)
    assert database_rules.missing()

    call_command("migrate", verbosity=0)

    assert database_rules.missing() == []


@pytest.mark.parametrize("name", ["decision_is_allowed", "policies_decision_delete"])
@pytest.mark.usefixtures("db")
def test_a_missing_rule_stops_the_deployment(name):
    assert list(database_rules_are_installed(databases=["default"])) == []
    full_name = database_rules.PREFIX + name
    table = name.removesuffix("_delete") if "delete" in name else "policies_decision"
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""

    execute(f"DROP TRIGGER {full_name}{on_table}", [])

    (error,) = database_rules_are_installed(databases=["default"])
    assert error.id == "evidence.E001"
    assert full_name in error.msg


@only_postgresql
@pytest.mark.usefixtures("db")
def test_a_rule_that_was_switched_off_stops_the_deployment():
    name = "policies_decision_delete"

    execute(
        f"ALTER TABLE policies_decision DISABLE TRIGGER {database_rules.PREFIX}{name}",
        [],
    )

    (error,) = database_rules_are_installed(databases=["default"])
    assert name in error.msg


@only_postgresql
@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE policies_decision DISABLE TRIGGER ALL",
        "DROP TRIGGER portal_rule_decision_is_allowed ON policies_decision",
        "TRUNCATE policies_decision CASCADE",
        "SET session_replication_role = 'replica'",
        "DROP TABLE policies_ledgerentry",
        "CREATE OR REPLACE FUNCTION portal_rule_decision_is_allowed() RETURNS trigger "
        "AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql",
        "UPDATE policies_policyversion SET lay_summary = 'x'",
        "DELETE FROM policies_ledgerentry",
    ],
)
def test_a_role_that_only_reads_and_writes_cannot_lift_the_rules(
    version_in_force, attack
):
    """What a deployment gives the portal when the tables belong to another role."""
    for statement in (
        "CREATE ROLE portal_writer",
        "GRANT USAGE ON SCHEMA public TO portal_writer",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public "
        "TO portal_writer",
        "SET LOCAL ROLE portal_writer",
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(DatabaseError):
        execute(attack, [])
