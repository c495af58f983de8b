"""What verification finds when somebody gets past every rule of the database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from policies import ledger
from policies.emergency import judge, publish_at_once
from policies.models import (
    Decision,
    EmergencyDecision,
    LedgerEntry,
    LedgerHead,
    PolicyVersion,
)
from portal.evidence import database_rules
from tests.factories.approval import publish_next, write_draft


@pytest.fixture
def three_versions(policy_in_force, people):
    for number in (2, 3):
        publish_next(
            policy_in_force,
            people,
            lay_summary=f"Summary {number}.",
            change_note=f"Wording {number}.",
        )
    return list(PolicyVersion.objects.order_by("number"))


@pytest.fixture
def judged_emergency(policy_in_force, people):
    write_draft(policy_in_force, people.emergency, lay_summary="Stop.")
    version = publish_at_once(
        policy=policy_in_force, person=people.emergency, reason="A safety alert."
    )
    judge(
        version=version,
        person=people.clinician,
        verdict="ratify",
        note="Right.",
        seen_hash=version.content_hash,
    )
    return version


@contextmanager
def rules_lifted() -> Iterator[None]:
    """As somebody with the owner's password could write."""
    # PostgreSQL alters no table while checks of the transaction are pending.
    connection.check_constraints()
    database_rules.remove()
    yield
    connection.check_constraints()
    database_rules.install()


def faults():
    return list(ledger.verify())


def test_an_untouched_ledger_is_whole(three_versions, judged_emergency):
    assert faults() == []


def test_one_changed_byte_of_a_text_is_found(three_versions):
    version = three_versions[1]
    content = json.dumps(version.content).replace("3 months", "4 months", 1)
    with rules_lifted():
        PolicyVersion.objects.filter(pk=version.pk).update(content=json.loads(content))

    assert faults() == [f"Entry 2: the text of {version} was changed."]


def test_a_removed_entry_is_found(three_versions):
    with rules_lifted():
        LedgerEntry.objects.filter(sequence=2)._raw_delete("default")

    assert "Entry 2 is missing: entry 3 follows." in faults()
    assert "Entry 3 does not continue the one before it." in faults()
    assert f"{three_versions[1]} is in no entry." in faults()


def test_two_swapped_entries_are_found(three_versions):
    with rules_lifted():
        for old, new in [(2, 99), (3, 2), (99, 3)]:
            LedgerEntry.objects.filter(sequence=old).update(sequence=new)

    assert "Entry 2 does not continue the one before it." in faults()
    assert "Entry 3 does not continue the one before it." in faults()


@pytest.mark.parametrize("what", ["note", "person", "moment"])
def test_a_changed_approval_is_found(three_versions, people, what):
    decision = Decision.objects.filter(change=three_versions[0].change).first()
    values = {
        "note": {"note": f"{decision.note}!"},
        "person": {"person": people.governance},
        "moment": {"decided_at": three_versions[0].change.submitted_at},
    }
    with rules_lifted():
        Decision.objects.filter(pk=decision.pk).update(**values[what])

    assert faults() == [
        f"Entry 1: the record of {three_versions[0]} was changed.",
    ]


def test_a_removed_approval_is_found(three_versions):
    with rules_lifted():
        Decision.objects.filter(change=three_versions[0].change)._raw_delete("default")

    assert faults() == [f"Entry 1: the record of {three_versions[0]} was changed."]


def test_an_end_that_was_cut_off_is_found(three_versions):
    with rules_lifted():
        LedgerEntry.objects.filter(sequence=3)._raw_delete("default")

    assert "The ledger should end with entry 3; it ends with 2." in faults()


def test_an_end_that_was_cut_off_with_its_head_is_found(three_versions):
    before = LedgerEntry.objects.get(sequence=2)
    with rules_lifted():
        LedgerEntry.objects.filter(sequence=3)._raw_delete("default")
        LedgerHead.objects.update(sequence=2, chain=before.chain)

    assert faults() == [f"{three_versions[2]} is in no entry."]


def test_a_payload_that_was_rewritten_with_its_record_is_found(three_versions):
    entry = LedgerEntry.objects.get(sequence=1)
    with rules_lifted():
        LedgerEntry.objects.filter(pk=entry.pk).update(
            payload={**entry.payload, "title": "Another title"}
        )
        PolicyVersion.objects.filter(pk=three_versions[0].pk).update(
            title="Another title"
        )

    assert faults() == ["Entry 1 does not match its own seal."]


@pytest.mark.parametrize("what", ["changed", "removed"])
def test_a_judgement_that_is_no_longer_the_same_is_found(judged_emergency, what):
    judgements = EmergencyDecision.objects.filter(version=judged_emergency)
    with rules_lifted():
        if what == "changed":
            judgements.update(note="Wrong.")
        else:
            judgements._raw_delete("default")

    assert any("was changed or removed" in fault for fault in faults())


def test_the_command_says_that_the_ledger_is_whole(three_versions, capsys):
    call_command("verify_ledger")

    assert capsys.readouterr().out == (
        "The ledger is whole: 3 entries about 3 versions.\n"
    )


def test_the_command_prints_faults_and_fails(three_versions, capsys):
    with rules_lifted():
        Decision.objects.filter(change=three_versions[0].change).update(note="Other.")

    with pytest.raises(CommandError) as error:
        call_command("verify_ledger")

    assert error.value.returncode == 1
    assert "the record of" in capsys.readouterr().out
