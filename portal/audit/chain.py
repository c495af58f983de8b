"""How entries are chained, and how the chain is verified."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.audit.models import AuditEntry, AuditHead, AuditSeal
from portal.evidence.canonical import FIRST_CHAIN, link, moment

CHUNK = 500
# An act is committed before its entry is sealed; a process may die between the two.
SEALED_WITHIN = datetime.timedelta(minutes=5)
LOOK_BACK = datetime.timedelta(days=30)


def entry_payload(entry: AuditEntry) -> dict[str, Any]:
    """What the seal covers: every field of the entry."""
    return {
        "id": entry.pk,
        "at": moment(entry.at),
        "action": entry.action,
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "request_id": entry.request_id,
        "request_line": entry.request_line,
    }


@transaction.atomic
def seal(keys: Sequence[int]) -> int:
    """Add entries to the end of the chain; those that are sealed stay as they are."""
    head, _created = AuditHead.objects.select_for_update().get_or_create(
        pk=1, defaults={"chain": FIRST_CHAIN}
    )
    entries = AuditEntry.objects.filter(pk__in=keys, seal=None).order_by("pk")
    seals = []
    for entry in entries:
        chain = link(head.chain, entry_payload(entry))
        head.sequence += 1
        seals.append(
            AuditSeal(
                sequence=head.sequence,
                entry=entry,
                previous_chain=head.chain,
                chain=chain,
            )
        )
        head.chain = chain
    AuditSeal.objects.bulk_create(seals)
    head.save()
    return len(seals)


def seal_stragglers() -> int:
    """Seal what a killed process left unsealed; called by the clock."""
    now = timezone.now()
    recent = (now - LOOK_BACK, now - SEALED_WITHIN)
    keys = list(
        AuditEntry.objects.filter(seal=None, at__range=recent)
        .order_by("pk")
        .values_list("pk", flat=True)[:CHUNK]
    )
    return seal(keys) if keys else 0


def verify(anchor: tuple[int, str] | None = None) -> Iterator[str]:
    """Every fault of the log as one sentence; nothing when it is whole.

    `anchor` is an earlier end of the chain that was kept elsewhere: its sequence and
    its chain. Without one, the removal of the newest entries together with a rewritten
    head cannot be noticed. Reads all entries once, in order, a chunk at a time.
    """
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(chain=FIRST_CHAIN)
    previous, sequence = FIRST_CHAIN, 0
    anchored = anchor is None
    seals = (
        AuditSeal.objects.filter(sequence__lte=head.sequence)
        .select_related("entry")
        .order_by("sequence")
    )
    for found in seals.iterator(chunk_size=CHUNK):
        yield from faults_of(found, sequence + 1, previous)
        sequence, previous = found.sequence, found.chain
        if anchor is not None and sequence == anchor[0]:
            anchored = True
            if previous != anchor[1]:
                yield f"Seal {sequence} is not the one that was kept elsewhere."
    if (head.sequence, head.chain) != (sequence, previous):
        yield f"The log should end with seal {head.sequence}; it ends with {sequence}."
    if not anchored and anchor is not None:
        yield f"Seal {anchor[0]}, which was kept elsewhere, is missing."
    yield from faults_outside_the_chain(head)


def faults_of(found: AuditSeal, expected: int, previous: str) -> Iterator[str]:
    if found.sequence != expected:
        yield f"Seal {expected} is missing: seal {found.sequence} follows."
    if found.previous_chain != previous:
        yield f"Seal {found.sequence} does not continue the one before it."
    if found.chain != link(found.previous_chain, entry_payload(found.entry)):
        yield (
            f"Entry {found.entry_id} was changed: it does not match seal "
            f"{found.sequence}."
        )


def faults_outside_the_chain(head: AuditHead) -> Iterator[str]:
    """Rows that follow the end, and entries that never got a seal."""
    if (
        AuditSeal.objects.filter(sequence__gt=head.sequence).exists()
        and not AuditHead.objects.filter(sequence__gt=head.sequence).exists()
    ):
        yield f"Seals follow seal {head.sequence}, which should be the last."
    unsealed = AuditEntry.objects.filter(
        seal=None, at__lt=timezone.now() - 2 * SEALED_WITHIN
    )
    for key in unsealed.order_by("pk").values_list("pk", flat=True)[:CHUNK]:
        yield f"Entry {key} has no seal."
