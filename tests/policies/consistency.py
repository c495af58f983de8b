"""Whether the record of approval is whole: no half of an act, wherever it stopped."""

from collections.abc import Iterator

from wagtail.models import Page, Revision, WorkflowState

from policies import ledger
from policies.companions import undecided_companions
from policies.decisions import is_quorate, missing_bodies, stages_of
from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Contribution,
    LedgerEntry,
    LedgerHead,
    PolicyPage,
    PolicyVersion,
)

WORKFLOW_OF = {
    ChangeStatus.IN_REVIEW: WorkflowState.STATUS_IN_PROGRESS,
    ChangeStatus.APPROVED: WorkflowState.STATUS_APPROVED,
    ChangeStatus.REJECTED: WorkflowState.STATUS_CANCELLED,
    ChangeStatus.CANCELLED: WorkflowState.STATUS_CANCELLED,
}


def faults() -> Iterator[str]:
    """Each half state as a sentence; nothing when every act is there whole or not."""
    yield from ledger.verify()
    yield from faults_of_head()
    for change in ChangeRequest.objects.select_related("workflow_state", "version"):
        yield from faults_of_change(change)
    for policy in PolicyPage.objects.select_related("latest_revision"):
        yield from faults_of_policy(policy)
    if any(Page.find_problems()):
        yield f"The page tree is damaged: {Page.find_problems()}."


def faults_of_head() -> Iterator[str]:
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    if head.sequence != LedgerEntry.objects.count():
        yield f"The ledger counts {head.sequence} entries and has another number."


def faults_of_change(change: ChangeRequest) -> Iterator[str]:
    """Status, approvals, version and workflow of one change tell the same story."""
    is_approved = change.status == ChangeStatus.APPROVED
    is_agreed = all(is_quorate(change, stage) for stage in stages_of(change))
    is_held_up = change.is_open and (
        bool(missing_bodies(change)) or undecided_companions(change).exists()
    )
    if is_approved != is_agreed and not is_held_up:
        yield f"Change {change.pk} is {change.status} against its decisions."
    if change.is_of_policy and is_approved != hasattr(change, "version"):
        yield f"Change {change.pk} is {change.status} against its version."
    state = change.workflow_state
    if state is None:
        return
    if state.status != WORKFLOW_OF[ChangeStatus(change.status)]:
        yield f"Change {change.pk} is {change.status}, its workflow {state.status}."
    is_waiting = state.current_task_state.status == "in_progress"
    if is_waiting != change.is_open:
        yield f"Change {change.pk} is {change.status} against its current stage."


def faults_of_policy(policy: PolicyPage) -> Iterator[str]:
    """The row of the page agrees with the ledger, its latest draft with its authors."""
    version = PolicyVersion.objects.in_force().filter(policy=policy).first()
    if policy.live != (version is not None):
        yield f"{policy.reference} is live without a version, or the reverse."
    if version and policy.live_revision_id != version.revision_id:
        yield f"{policy.reference} shows another draft than its version in force."
    drafts = Revision.page_revisions.filter(object_id=str(policy.pk))
    if policy.latest_revision != drafts.order_by("-pk").first():
        yield f"The latest draft of {policy.reference} is not its newest."
    named = Contribution.objects.filter(page=policy).values("revision")
    if drafts.exclude(pk__in=named).exists():
        yield f"A draft of {policy.reference} has no author."
    open_states = WorkflowState.objects.active().filter(object_id=str(policy.pk))
    if open_states.count() != policy.changes.filter(status="in_review").count():
        yield f"{policy.reference} is in a workflow without a change, or the reverse."
