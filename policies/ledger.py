"""The chain over all evidence: how a link is added, and how the whole is verified.

A link's payload names everything that made it: the hash of the text, the dates, and
every decision and ratification. Changing any of those rows afterwards makes the
recomputed payload differ from the stored one.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Decision,
    EmergencyDecision,
    EntryKind,
    LedgerEntry,
    LedgerHead,
    PolicyVersion,
    Ratification,
    Rescission,
)
from portal.evidence.canonical import FIRST_CHAIN, content_hash, day, link, moment

CHUNK = 200


def version_payload(version: PolicyVersion) -> dict[str, Any]:
    """What one publication consists of, without the text itself."""
    change = version.change
    return {
        "policy": version.reference,
        "number": version.number,
        "label": version.label,
        "kind": version.kind,
        "status": version.status,
        "title": version.title,
        "position": version.position,
        "lay_summary": version.lay_summary,
        "content_hash": version.content_hash,
        "change_type": version.change_type,
        "change_note": version.change_note,
        "correction_notice": version.correction_notice,
        "wrong_since": day(version.wrong_since),
        "is_announced": version.is_announced,
        "effective_from": moment(version.effective_from),
        "recorded_at": moment(version.recorded_at),
        "ratify_by": moment(version.ratify_by),
        "published_by": version.published_by_id,
        "submitted_by": change.submitted_by_id,
        "submitted_at": moment(change.submitted_at),
        "contributors": sorted(person.pk for person in change.contributors.all()),
        "decisions": [
            decision_payload(decision) for decision in change.decisions.all()
        ],
        "ratifications": [
            ratification_payload(ratification)
            for ratification in change.ratifications.all()
        ],
        "documents": [
            {"document": row.document_id, "sha256": row.sha256}
            for row in sorted(version.version_documents.all(), key=lambda row: row.pk)
        ],
    }


def decision_payload(decision: Decision) -> dict[str, Any]:
    return {
        "stage": decision.stage,
        "verdict": decision.verdict,
        "person": decision.person_id,
        "person_name": decision.person_name,
        "role": decision.role,
        "note": decision.note,
        "content_hash": decision.content_hash,
        "decided_at": moment(decision.decided_at),
    }


def ratification_payload(ratification: Ratification) -> dict[str, Any]:
    return {
        "body": ratification.body.name,
        "ratified_on": day(ratification.ratified_on),
        "minute_reference": ratification.minute_reference,
        "conditions": ratification.conditions,
        "recorded_by": ratification.recorded_by_id,
        "recorded_at": moment(ratification.recorded_at),
    }


def rescission_payload(rescission: Rescission) -> dict[str, Any]:
    return {
        "policy": rescission.version.reference,
        "number": rescission.version.number,
        "reason": rescission.reason,
        "requested_by": rescission.requested_by_id,
        "confirmed_by": rescission.confirmed_by_id,
        "emergency": rescission.emergency_id,
        "rescinded_at": moment(rescission.rescinded_at),
    }


def emergency_payload(decision: EmergencyDecision) -> dict[str, Any]:
    return {
        "policy": decision.version.reference,
        "number": decision.version.number,
        "verdict": decision.verdict,
        "person": decision.person_id,
        "person_name": decision.person_name,
        "role": decision.role,
        "note": decision.note,
        "content_hash": decision.content_hash,
        "decided_at": moment(decision.decided_at),
    }


@transaction.atomic
def append(
    kind: EntryKind, version: PolicyVersion, payload: dict[str, Any]
) -> LedgerEntry:
    """Add one link at the end of the chain."""
    head, _created = LedgerHead.objects.select_for_update().get_or_create(pk=1)
    entry = LedgerEntry.objects.create(
        sequence=head.sequence + 1,
        kind=kind,
        version=version,
        payload=payload,
        previous_chain=head.chain,
        chain=link(head.chain, payload),
    )
    head.sequence, head.chain = entry.sequence, entry.chain
    head.save()
    return entry


def verify() -> Iterator[str]:
    """Every fault of the ledger as one sentence; nothing when it is whole.

    Reads all entries once, in order, a chunk at a time.
    """
    previous, sequence = FIRST_CHAIN, 0
    # The end is read first: what others add meanwhile is not a fault.
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    expected = emergency_payloads(), rescission_payloads()
    for entry in entries(head.sequence):
        sequence += 1
        if entry.sequence != sequence:
            yield f"Entry {sequence} is missing: entry {entry.sequence} follows."
            sequence = entry.sequence
        if entry.previous_chain != previous:
            yield f"Entry {entry.sequence} does not continue the one before it."
        if entry.chain != link(entry.previous_chain, entry.payload):
            yield f"Entry {entry.sequence} does not match its own seal."
        yield from faults_of(entry, *expected)
        previous = entry.chain
    if (head.sequence, head.chain) != (sequence, previous):
        yield (
            f"The ledger should end with entry {head.sequence}; "
            f"it ends with {sequence}."
        )
    yield from faults_of_rows(head, expected)


def entries(until: int) -> Iterator[LedgerEntry]:
    return (
        LedgerEntry.objects.filter(sequence__lte=until)
        .order_by("sequence")
        .select_related("version__change")
        .prefetch_related(
            "version__change__contributors",
            "version__change__decisions",
            "version__change__ratifications__body",
            "version__version_documents",
        )
        .iterator(chunk_size=CHUNK)
    )


def faults_of(
    entry: LedgerEntry,
    emergency_decisions: dict[str, dict[str, Any]],
    rescissions: dict[str, dict[str, Any]],
) -> Iterator[str]:
    """What the rows behind an entry say against it."""
    version = entry.version
    if entry.kind == EntryKind.VERSION:
        if version_payload(version) != entry.payload:
            yield f"Entry {entry.sequence}: the record of {version} was changed."
        if content_hash(version.content) != version.content_hash:
            yield f"Entry {entry.sequence}: the text of {version} was changed."
        change = version.change
        if {change.content_hash, content_hash(change.content)} != {
            version.content_hash
        }:
            yield f"Entry {entry.sequence}: {version} is not what was approved."
        return
    known = (
        rescissions if entry.kind == EntryKind.RESCISSION else emergency_decisions
    ).pop(link("", entry.payload), None)
    if known is None:
        yield f"Entry {entry.sequence}: its row about {version} was changed or removed."


def emergency_payloads() -> dict[str, dict[str, Any]]:
    decisions = EmergencyDecision.objects.select_related("version").defer(
        "version__content"
    )
    payloads = [emergency_payload(decision) for decision in decisions]
    return {link("", payload): payload for payload in payloads}


def rescission_payloads() -> dict[str, dict[str, Any]]:
    rescissions = Rescission.objects.select_related("version").defer("version__content")
    payloads = [rescission_payload(rescission) for rescission in rescissions]
    return {link("", payload): payload for payload in payloads}


def faults_of_rows(
    head: LedgerHead, unseen: tuple[dict[str, dict[str, Any]], ...]
) -> Iterator[str]:
    """Entries beyond the end, and rows that never got into the chain."""
    newer = LedgerEntry.objects.filter(sequence__gt=head.sequence)
    known = {link("", entry.payload) for entry in newer}
    if known and not LedgerHead.objects.filter(sequence__gt=head.sequence).exists():
        yield f"Entries follow entry {head.sequence}, which should be the last."
    for payloads in unseen:
        for key, payload in payloads.items():
            if key not in known:
                yield (
                    f"A row about {payload['policy']} version number "
                    f"{payload['number']} is in no entry."
                )
    for version in PolicyVersion.objects.filter(entries=None).without_content():
        yield f"{version} is in no entry."
    unpublished = ChangeRequest.objects.filter(
        status=ChangeStatus.APPROVED, version=None, content__has_key="reference"
    )
    for change in unpublished.defer("content"):
        yield f"Change {change.pk} was approved, but its version is missing."
