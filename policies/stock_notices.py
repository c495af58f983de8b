"""Wagtail's own workflow mails, kept away from pages that have notices of their own.

The stock notifiers mail inside the request, before it is committed, and tell people
who may not act. Each is replaced by itself with one more condition. Wagtail connects
them under fixed names: taking a name out removes a notifier that is there already, and
using the name again keeps out one that comes later.
"""

from typing import Any

from wagtail.admin import mail
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)

from policies.governed import is_governed


class UngovernedOnly:
    """Mixed into a stock notifier: silent about policies and treatments."""

    def can_handle(self, instance: WorkflowState | TaskState, **kwargs: Any) -> bool:
        state = getattr(instance, "workflow_state", instance)
        if is_governed(state.content_type.model_class()):
            return False
        return super().can_handle(instance, **kwargs)  # type: ignore[misc]


class TaskSubmitted(UngovernedOnly, mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    """Mails the group of a stage."""


class WorkflowSubmitted(UngovernedOnly, mail.WorkflowStateSubmissionEmailNotifier):
    """Mails superusers, where the settings say so."""


class WorkflowRejected(UngovernedOnly, mail.WorkflowStateRejectionEmailNotifier):
    """Mails the person who submitted."""


class WorkflowApproved(UngovernedOnly, mail.WorkflowStateApprovalEmailNotifier):
    """Mails the person who submitted."""


NOTIFIERS = [
    (
        task_submitted,
        TaskState,
        "group_approval_task_submitted_email_notification",
        TaskSubmitted(),
    ),
    (
        workflow_submitted,
        WorkflowState,
        "workflow_state_submitted_email_notification",
        WorkflowSubmitted(),
    ),
    (
        workflow_rejected,
        WorkflowState,
        "workflow_state_rejected_email_notification",
        WorkflowRejected(),
    ),
    (
        workflow_approved,
        WorkflowState,
        "workflow_state_approved_email_notification",
        WorkflowApproved(),
    ),
]

for signal, sender, name, notifier in NOTIFIERS:
    signal.disconnect(sender=sender, dispatch_uid=name)
    signal.connect(notifier, sender=sender, dispatch_uid=name, weak=False)
