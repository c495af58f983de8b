"""The audit log: what is written, that it stays, and that tampering is found."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from portal.audit import chain
from portal.audit.models import AuditEntry, AuditHead, AuditSeal
from portal.audit.recording import record
from portal.evidence import database_rules
from portal.media.models import PortalDocument
from tests.factories.people import sample_people

ENTRIES = "audit_auditentry"
SEALS = "audit_auditseal"


@pytest.fixture
def sealed_log(site: object, django_capture_on_commit_callbacks: Callable) -> list[int]:
    """Eight entries, sealed; their keys."""
    with django_capture_on_commit_callbacks(execute=True):
        return [
            record("settings.changed", name=f"Setting {n}", after={"n": n}).pk
            for n in range(8)
        ]


@pytest.fixture
def without_rules(site: object) -> Iterator[None]:
    """As somebody who can switch off triggers would find the database."""
    database_rules.remove()
    yield
    database_rules.install()


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_entry_is_sealed_and_printed_as_one_line(
    sealed_log: list[int], django_capture_on_commit_callbacks: Callable
) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    logging.getLogger("portal.audit").addHandler(handler)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            entry = record("settings.changed", name="The brand", after={"a": "é"})
    finally:
        logging.getLogger("portal.audit").removeHandler(handler)

    printed = json.loads(lines.getvalue())
    assert (printed["id"], printed["after"]) == (entry.pk, {"a": "é"})
    assert entry.seal.sequence == AuditHead.objects.get().sequence
    assert list(chain.verify()) == []


def test_what_is_rolled_back_is_not_logged(site: object) -> None:
    with transaction.atomic():
        record("audit.verified")
        transaction.set_rollback(True)

    assert not AuditEntry.objects.filter(action="audit.verified").exists()


def test_only_known_acts_are_logged(site: object) -> None:
    with pytest.raises(ValueError, match=r"audit\.actions"):
        record("something.else")


@pytest.mark.parametrize("table", [ENTRIES, SEALS])
def test_raw_sql_cannot_change_the_log(sealed_log: list[int], table: str) -> None:
    statements = [
        f"UPDATE {table} SET {'reason' if table == ENTRIES else 'chain'} = 'x'",
        f"DELETE FROM {table}",
    ]
    if connection.vendor == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")

    for statement in statements:
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            execute(statement)

    assert list(chain.verify()) == []


CHANGES = {
    "at": "UPDATE audit_auditentry SET at = '2020-01-01 00:00:00+00:00' WHERE id = %s",
    "action": "UPDATE audit_auditentry SET action = 'refused' WHERE id = %s",
    "actor_name": "UPDATE audit_auditentry SET actor_name = 'Sam' WHERE id = %s",
    "subject_type": "UPDATE audit_auditentry SET subject_type = 'x' WHERE id = %s",
    "subject_id": "UPDATE audit_auditentry SET subject_id = '1' WHERE id = %s",
    "subject": "UPDATE audit_auditentry SET subject = 'Other' WHERE id = %s",
    "before": "UPDATE audit_auditentry SET before = '{\"n\": 1}' WHERE id = %s",
    "after": "UPDATE audit_auditentry SET after = NULL WHERE id = %s",
    "reason": "UPDATE audit_auditentry SET reason = 'x' WHERE id = %s",
    "request_id": "UPDATE audit_auditentry SET request_id = 'x' WHERE id = %s",
    "request_line": "UPDATE audit_auditentry SET request_line = 'x' WHERE id = %s",
    "seal": "UPDATE audit_auditseal SET chain = 'x' WHERE entry_id = %s",
    "previous": "UPDATE audit_auditseal SET previous_chain = 'x' WHERE entry_id = %s",
    "seal removed": "DELETE FROM audit_auditseal WHERE entry_id = %s",
    "head": "UPDATE audit_audithead SET chain = 'x' WHERE %s > 0",
    "head set back": "UPDATE audit_audithead SET sequence = sequence - 2 WHERE %s > 0",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found(
    sealed_log: list[int], without_rules: None, change: str
) -> None:
    execute(CHANGES[change], sealed_log[4])

    assert list(chain.verify())


def removed_entry(keys: list[int]) -> None:
    execute(f"DELETE FROM {SEALS} WHERE entry_id = %s", keys[3])
    execute(f"DELETE FROM {ENTRIES} WHERE id = %s", keys[3])


def reordered_entries(keys: list[int]) -> None:
    sequence = dict(AuditSeal.objects.values_list("entry_id", "sequence"))
    one, other = keys[2], keys[5]
    for key, number in ((one, 9000), (other, sequence[one]), (one, sequence[other])):
        execute(f"UPDATE {SEALS} SET sequence = %s WHERE entry_id = %s", number, key)


def inserted_entry(keys: list[int]) -> None:
    last = AuditSeal.objects.order_by("-sequence").first()
    assert last is not None
    entry = AuditEntry.objects.create(action="refused", subject="Never happened")
    AuditSeal.objects.create(
        sequence=last.sequence + 1,
        entry=entry,
        previous_chain=last.chain,
        chain="0" * 64,
    )


def everything_removed(keys: list[int]) -> None:
    execute(f"DELETE FROM {SEALS}")
    execute(f"DELETE FROM {ENTRIES}")


@pytest.mark.parametrize(
    "tamper", [removed_entry, reordered_entries, inserted_entry, everything_removed]
)
def test_removal_insertion_and_another_order_are_found(
    sealed_log: list[int], without_rules: None, tamper: Callable[[list[int]], None]
) -> None:
    tamper(sealed_log)

    assert list(chain.verify())


def test_a_tail_that_was_cut_off_is_found_by_an_anchor_kept_elsewhere(
    sealed_log: list[int], without_rules: None
) -> None:
    head = AuditHead.objects.get()
    kept = f"{head.sequence}:{head.chain}"
    call_command("verify_audit", anchor=kept, stdout=io.StringIO())
    cut = AuditSeal.objects.get(entry_id=sealed_log[6])
    execute(f"DELETE FROM {SEALS} WHERE sequence > %s", cut.sequence)
    execute(f"DELETE FROM {ENTRIES} WHERE id > %s", sealed_log[6])
    AuditHead.objects.update(sequence=cut.sequence, chain=cut.chain)

    assert list(chain.verify()) == []
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", anchor=kept, stdout=io.StringIO())
    with pytest.raises(CommandError, match="as this command printed it"):
        call_command("verify_audit", anchor="nonsense", stdout=io.StringIO())


def test_what_a_killed_process_left_is_sealed_by_the_clock(
    site: object, time_machine: object
) -> None:
    entry = AuditEntry.objects.create(action="refused")
    assert chain.seal_stragglers() == 0
    time_machine.move_to(entry.at + 2 * chain.SEALED_WITHIN, tick=False)  # type: ignore[attr-defined]

    assert chain.seal_stragglers() == 1
    assert list(chain.verify()) == []


def test_acts_of_staff_are_on_record_with_their_request(
    site: object, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    people = sample_people()
    client = Client()
    client.force_login(people.author)

    answer = client.get(
        "/admin/policies/ledger/?secret=1", headers={"X-Request-ID": "proxy-0001"}
    )

    entry = AuditEntry.objects.filter(action="refused").latest("pk")
    assert answer.status_code == 403
    assert (entry.actor, entry.request_id) == (people.author, "proxy-0001")
    assert entry.request_line == "GET /admin/policies/ledger/"
    assert answer.headers["X-Request-ID"] == "proxy-0001"


def test_settings_are_logged_with_what_was_there_before(site: object) -> None:
    from cookie_consent.models import CookieGroup

    group = CookieGroup.objects.first()
    assert group is not None
    before = group.name
    group.name = "Other words"
    group.save()

    entry = AuditEntry.objects.filter(action="settings.changed").latest("pk")
    assert (entry.before, entry.after) == ({"name": before}, {"name": "Other words"})


def test_what_wagtail_logs_is_mirrored(site: object) -> None:
    from wagtail.log_actions import log

    people = sample_people()
    document = PortalDocument.objects.create(title="Leaflet")
    log(document, "wagtail.create", user=people.author)

    entry = AuditEntry.objects.filter(action="wagtail.create").latest("pk")
    assert entry.actor == people.author
    assert entry.sentence == "Create"
    assert "Leaflet" in entry.subject
