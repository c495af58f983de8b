"""Decisions on a change: who may, what is recorded, what follows."""

import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState

from policies import notifications
from policies.companions import undecided_companions
from policies.governed import governed_content
from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Decision,
    PolicyStageTask,
    Ratification,
    Verdict,
)
from policies.stages import (
    COMMISSIONING_APPROVER,
    DECIDING_ROLE,
    GOVERNANCE_LEAD,
    POLICY_STAGES,
    QUORUM,
    TREATMENT_STAGES,
    ChangeClass,
    Stage,
)
from portal.accounts.grants import changes_by_somebody_else, role_counts
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal

if TYPE_CHECKING:
    from policies.models import RatifyingBody
    from portal.accounts.models import User

# The first day of the NHS. A body may agree long before a text is submitted here, and
# old minutes are imported, so nothing later would be a fault for certain.
EARLIEST_RATIFICATION = datetime.date(1948, 7, 5)


def stages_of(change: ChangeRequest) -> tuple[Stage, ...]:
    return POLICY_STAGES if change.is_of_policy else TREATMENT_STAGES


def current_stage(change: ChangeRequest) -> Stage | None:
    """The stage that waits for decisions; None when the change is closed."""
    if not change.is_open or change.workflow_state is None:
        return None
    task_state = change.workflow_state.current_task_state
    task = task_state.task.specific if task_state else None
    return Stage(task.stage) if isinstance(task, PolicyStageTask) else None


def reasons_against_person(
    change: ChangeRequest, person: "User", role: str
) -> list[str]:
    """What stands between this person and any say in this change."""
    reasons = []
    if not person.is_active:
        reasons.append("Your account is switched off.")
    if person.is_superuser:
        reasons.append("System administrators never decide on content.")
    if not person.has_role(role):
        reasons.append(f"This is for people with the role {role}.")
    elif not role_counts(person, role, since=change.submitted_at):
        reasons.append(
            f"Your role {role} does not count here: another person must have given it "
            "to you before this change was submitted."
        )
    if change.contributors.filter(pk=person.pk).exists():
        reasons.append("You contributed to this text, so somebody else must decide.")
    changed = changes_by_somebody_else(person, change.submitted_at)
    if changed:
        reasons.append(
            "Since this change was submitted, somebody else changed how you sign in or "
            f"what you may do ({', '.join(changed)}). Another person must decide; or "
            "the submitter cancels the review and submits it again."
        )
    return reasons


def reasons_not_to_decide(change: ChangeRequest, person: "User") -> list[str]:
    """Explain, in sentences, why this person may not decide now."""
    stage = current_stage(change)
    if stage is None:
        return ["This change is closed; nothing is left to decide."]
    reasons = reasons_against_person(change, person, DECIDING_ROLE[stage])
    if change.decisions.filter(person=person).exists():
        reasons.append("You have already decided on this change; once is enough.")
    return reasons


@transaction.atomic
def decide(
    *,
    change: ChangeRequest,
    person: "User",
    verdict: Verdict,
    note: str,
    seen_hash: str,
) -> Decision:
    """Record one verdict; the last one needed moves the change on.

    `seen_hash` is the content hash of the text that the person was shown.
    """
    change = lock(change)
    person.refresh_from_db()
    reasons = reasons_not_to_decide(change, person)
    if not note.strip():
        reasons.append("Write a note: it stands beside your decision for good.")
    if seen_hash != change.content_hash:
        reasons.append("The text you saw is not the text in review. Open it again.")
    if reasons:
        raise Refusal(*reasons)
    refuse_if_text_moved(change)
    stage = current_stage(change)
    if stage is None:
        raise Refusal("This change is closed; nothing is left to decide.")
    decision = Decision.objects.create(
        change=change,
        stage=stage,
        verdict=verdict,
        person=person,
        person_name=str(person),
        role=DECIDING_ROLE[stage],
        note=note.strip(),
        content_hash=change.content_hash,
    )
    if verdict == Verdict.REJECT:
        send_back(change, person)
    elif is_quorate(change, stage):
        advance(change, stage, person)
    notifications.tell_decision(decision)
    return decision


def lock(change: ChangeRequest) -> ChangeRequest:
    """Lock page, change and task state, always in this order, and read them anew."""
    Page.objects.select_for_update().get(pk=change.page_id)
    change = ChangeRequest.objects.select_for_update().get(pk=change.pk)
    if change.workflow_state is not None:
        TaskState.objects.select_for_update().filter(
            pk=change.workflow_state.current_task_state_id
        ).first()
    return change


def refuse_if_text_moved(change: ChangeRequest) -> None:
    """The revision under review must still hash to what was sealed."""
    change.revision.refresh_from_db()
    content = governed_content(change.revision.as_object())
    if content_hash(content) != change.content_hash:
        raise Refusal(
            "The text of this change is no longer the text that was submitted: "
            "something it refers to has changed. Nothing was decided. The person who "
            "submitted it can cancel the review and submit it again."
        )


def is_quorate(change: ChangeRequest, stage: Stage) -> bool:
    approvals = change.decisions.filter(stage=stage, verdict=Verdict.APPROVE).count()
    return approvals >= QUORUM[(stage, ChangeClass(change.change_class))]


def missing_bodies(change: ChangeRequest) -> list[str]:
    """Bodies whose ratification the change still needs."""
    recorded = set(change.ratifications.values_list("body__name", flat=True))
    required = change.content.get("required_bodies", [])
    return [name for name in required if name not in recorded]


def advance(change: ChangeRequest, stage: Stage, person: "User") -> None:
    """The stage is done: hand back to Wagtail's workflow, unless something is awaited.

    The last stage of a policy waits for its bodies and for its companions.
    """
    is_last = stage == stages_of(change)[-1]
    if is_last and (missing_bodies(change) or undecided_companions(change).exists()):
        return
    workflow_of(change).current_task_state.specific.approve(user=person)


def resume(change: ChangeRequest) -> None:
    """Go on with a policy change whose last stage only waited for a companion."""
    change = lock(change)
    stage = current_stage(change)
    last = change.decisions.filter(verdict=Verdict.APPROVE).last()
    if stage == stages_of(change)[-1] and last and is_quorate(change, stage):
        advance(change, stage, last.person)


def workflow_of(change: ChangeRequest) -> WorkflowState:
    """The workflow of a change that people decide on; an emergency has none."""
    if change.workflow_state is None:
        raise Refusal("This change went through no workflow.")
    return change.workflow_state


def send_back(change: ChangeRequest, person: "User") -> None:
    """A rejection ends the change; the next submission starts at the first stage."""
    close(change, ChangeStatus.REJECTED)
    workflow_of(change).cancel(user=person)


def close(change: ChangeRequest, status: ChangeStatus) -> None:
    change.status = status
    change.closed_at = timezone.now()
    change.save(update_fields=["status", "closed_at"])
    if change.together_with is not None:
        resume(change.together_with)
    notifications.tell_outcome(change)


def reasons_not_to_ratify(change: ChangeRequest, person: "User") -> list[str]:
    """Who may record that a body agreed: approvers, like a decision of theirs."""
    if not change.is_open:
        return ["This change is closed; nothing is left to ratify."]
    return reasons_against_person(change, person, COMMISSIONING_APPROVER)


@transaction.atomic
def ratify(
    *,
    change: ChangeRequest,
    person: "User",
    body: "RatifyingBody",
    ratified_on: datetime.date,
    minute_reference: str,
    conditions: str = "",
) -> Ratification:
    """Record that a body agreed; an approver's act, on the review screen."""
    change = lock(change)
    reasons = reasons_not_to_ratify(change, person)
    if not EARLIEST_RATIFICATION <= ratified_on <= timezone.localdate():
        reasons.append(
            "A ratification lies in the past or is of today, and not before "
            f"{EARLIEST_RATIFICATION:%-d %B %Y}."
        )
    if body.name not in missing_bodies(change):
        reasons.append("This body is not one whose ratification is still missing.")
    if not minute_reference.strip():
        reasons.append("Give the reference of the minute.")
    if reasons:
        raise Refusal(*reasons)
    ratification = Ratification.objects.create(
        change=change,
        body=body,
        ratified_on=ratified_on,
        minute_reference=minute_reference.strip(),
        conditions=conditions,
        recorded_by=person,
    )
    stage = current_stage(change)
    if stage == stages_of(change)[-1] and is_quorate(change, stage):
        advance(change, stage, person)
    return ratification


def reasons_not_to_cancel(change: ChangeRequest, person: "User") -> list[str]:
    """The submitter and the governance lead may end a review."""
    if not change.is_open:
        return ["This change is closed."]
    if person.pk == change.submitted_by_id or person.has_role(GOVERNANCE_LEAD):
        return []
    return ["Only the person who submitted it or a governance lead can cancel."]


@transaction.atomic
def cancel(*, change: ChangeRequest, person: "User") -> None:
    """End the review; the draft can be edited again and approvals count no more."""
    change = lock(change)
    reasons = reasons_not_to_cancel(change, person)
    if reasons:
        raise Refusal(*reasons)
    close(change, ChangeStatus.CANCELLED)
    workflow_of(change).cancel(user=person)
