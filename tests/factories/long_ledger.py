"""A ledger of thousands of versions, each with its approvals and a valid chain.

Rows are copied behind the back of approval, so the database's rules are lifted for it
and put back afterwards; the transaction of the test takes the rows away.
"""

import datetime
from typing import Any

from django.db import connection, models
from wagtail.models import Revision, TaskState, WorkflowState

from policies.ledger import version_payload
from policies.models import (
    ChangeRequest,
    Contribution,
    Decision,
    EntryKind,
    LedgerEntry,
    LedgerHead,
    PolicyVersion,
)
from portal.evidence import database_rules
from portal.evidence.canonical import link
from tests.factories.bulk import values_of

CHUNK = 500


def lengthen_history(version: PolicyVersion, count: int) -> None:
    """`count` versions of a policy after its latest, `version`, and like it."""
    database_rules.remove()
    for start in range(0, count, CHUNK):
        copy_versions(version, range(start, min(start + CHUNK, count)))
    database_rules.install()
    if connection.vendor == "postgresql":
        # What autovacuum does on a server that grows over years.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def copies(row: models.Model, changes: list[dict[str, Any]]) -> list[Any]:
    """One copy of the row with each set of changed columns."""
    model: Any = type(row)
    values = values_of(row)
    return list(
        model.objects.bulk_create(model(**{**values, **changed}) for changed in changes)
    )


def copy_versions(version: PolicyVersion, numbers: range) -> None:
    """Drafts, authors, workflows, changes, decisions, versions; then the chain."""
    change = version.change
    drafts = copies(version.revision, [{} for _number in numbers])
    copy_contributions(version.revision, drafts)
    states = copy_workflows(change, drafts)
    changes = copies(
        change,
        [
            {
                "revision_id": draft.pk,
                "workflow_state_id": state.pk,
                "change_note": f"Copied wording {number}.",
            }
            for number, draft, state in zip(numbers, drafts, states, strict=True)
        ],
    )
    copy_evidence(change, changes)
    versions = copies(
        version,
        [
            {
                "change_id": copy.pk,
                "revision_id": copy.revision_id,
                "change_note": copy.change_note,
                "number": version.number + 1 + number,
                "major": version.major + 1 + number,
                **moments(version, number),
            }
            for number, copy in zip(numbers, changes, strict=True)
        ],
    )
    append_entries([copy.pk for copy in versions])


def moments(version: PolicyVersion, number: int) -> dict[str, datetime.datetime]:
    """Each version a microsecond after the one before it."""
    moment = version.recorded_at + datetime.timedelta(microseconds=1 + number)
    return {"recorded_at": moment, "effective_from": moment}


def copy_contributions(revision: Revision, drafts: list[Revision]) -> None:
    for row in Contribution.objects.filter(revision=revision):
        copies(row, [{"revision_id": draft.pk} for draft in drafts])


def copy_workflows(
    change: ChangeRequest, drafts: list[Revision]
) -> list[WorkflowState]:
    """A finished workflow for each draft, with its stages."""
    state = change.workflow_state
    assert state is not None
    states = copies(state, [{"current_task_state_id": None} for _draft in drafts])
    for row in TaskState.objects.filter(workflow_state=state).order_by("pk"):
        stages = TaskState.objects.bulk_create(
            TaskState(
                **{
                    **values_of(row, TaskState),
                    "revision_id": draft.pk,
                    "workflow_state_id": copy.pk,
                }
            )
            for draft, copy in zip(drafts, states, strict=True)
        )
        for copy, stage in zip(states, stages, strict=True):
            copy.current_task_state = stage
    WorkflowState.objects.bulk_update(states, ["current_task_state"], batch_size=100)
    return states


def copy_evidence(change: ChangeRequest, changes: list[ChangeRequest]) -> None:
    """The decisions on a change and its contributors."""
    for row in Decision.objects.filter(change=change):
        copies(row, [{"change_id": copy.pk} for copy in changes])
    through: Any = ChangeRequest.contributors.through
    for row in through.objects.filter(changerequest=change):
        copies(row, [{"changerequest_id": copy.pk} for copy in changes])


def append_entries(keys: list[int]) -> None:
    """Links at the end of the chain for versions that are in none yet."""
    head = LedgerHead.objects.get(pk=1)
    entries = []
    versions = (
        PolicyVersion.objects.filter(pk__in=keys)
        .order_by("number")
        .select_related("change")
        .prefetch_related(
            "change__contributors",
            "change__decisions",
            "change__ratifications__body",
            "version_documents",
        )
    )
    for version in versions:
        payload = version_payload(version)
        chain = link(head.chain, payload)
        head.sequence += 1
        entries.append(
            LedgerEntry(
                sequence=head.sequence,
                kind=EntryKind.VERSION,
                version=version,
                payload=payload,
                previous_chain=head.chain,
                chain=chain,
            )
        )
        head.chain = chain
    LedgerEntry.objects.bulk_create(entries)
    head.save()
