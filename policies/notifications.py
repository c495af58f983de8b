"""Who is told what. Each function writes rows of the outbox, in the transaction of
the event it tells about; nothing is sent before that transaction is committed.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from wagtail.models import TaskState, WorkflowState

from policies import decisions, mail_tasks
from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Decision,
    PolicyVersion,
    Rescission,
)
from policies.stages import (
    DECIDING_ROLE,
    EMERGENCY_JUDGES,
    GOVERNANCE_LEAD,
    POLICY_AUTHOR,
)
from portal.accounts.models import User


def tell(notice: str, about: Model, people: Iterable[User]) -> None:
    """One row for each person, so that a retry never mails somebody twice."""
    for key in sorted({person.pk for person in people}):
        mail_tasks.send_notice.enqueue(notice, about.pk, key)


def reachable(users: Any) -> Any:
    return users.filter(is_active=True).exclude(email="")


def people_with(*roles: str) -> Any:
    return reachable(User.objects.filter(groups__name__in=roles)).distinct()


def tell_reviewers(task_state: TaskState) -> None:
    """A stage starts: those who can decide now, so nobody who wrote the text."""
    state = WorkflowState.objects.get(pk=task_state.workflow_state_id)
    # Wagtail makes a stage the current one only after it has started.
    state.current_task_state = task_state
    change = ChangeRequest.objects.get(workflow_state=state)
    change.workflow_state = state
    reviewers = [
        person
        for person in people_with(*DECIDING_ROLE.values())
        if not decisions.reasons_not_to_decide(change, person)
    ]
    tell("decision_needed", change, reviewers)


def tell_decision(decision: Decision) -> None:
    """A decision that leaves the change open; `tell_outcome` reports the last one."""
    change = ChangeRequest.objects.get(pk=decision.change_id)
    if change.is_open:
        tell("decision_taken", decision, reachable(change.contributors))


def tell_outcome(change: ChangeRequest) -> None:
    """The change is approved, sent back or cancelled: the submitter and all authors."""
    if change.status != ChangeStatus.IN_REVIEW:
        tell("change_closed", change, reachable(change.contributors))


def tell_emergency(version: PolicyVersion) -> None:
    """Published at once: everybody who can judge it, and the governance leads."""
    from policies.emergency import reasons_not_to_judge

    judges = [
        person
        for person in people_with(*EMERGENCY_JUDGES)
        if not reasons_not_to_judge(version, person)
    ]
    tell("emergency_published", version, [*judges, *people_with(GOVERNANCE_LEAD)])


def tell_overdue(version: PolicyVersion) -> None:
    """Nobody ratified the emergency version in time: the governance leads."""
    tell("emergency_overdue", version, people_with(GOVERNANCE_LEAD))


def tell_rescission(rescission: Rescission) -> None:
    """A version was taken back before its day: the person who submitted it."""
    submitter = User.objects.filter(pk=rescission.version.change.submitted_by_id)
    tell("version_rescinded", rescission, reachable(submitter))


def tell_review_due(version: PolicyVersion) -> None:
    """The review date is near or past: governance leads and the version's authors."""
    authors = reachable(version.change.contributors).filter(groups__name=POLICY_AUTHOR)
    tell("review_due", version, [*people_with(GOVERNANCE_LEAD), *authors])
