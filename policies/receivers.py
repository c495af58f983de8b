"""Where signals enter the policies app. Each receiver calls one service.

The guards listen without a sender: bulk actions, scheduling and moves save plain
`Page` objects, on which the methods of a policy page never run.
"""

from typing import Any

from django.db.models.signals import (
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction, Revision, WorkflowState
from wagtail.signals import pre_page_move, workflow_cancelled

from pages.signals import revision_restored
from policies import guards
from policies.contributions import note_contribution, note_restored_text
from policies.deciding_roles import tell_grant
from policies.decisions import close
from policies.directions import guard_evidence
from policies.governed import is_governed
from policies.models import (
    ChangeRequest,
    ChangeStatus,
    Decision,
    EmergencyDecision,
    PolicyVersion,
    Ratification,
    Rescission,
    RescissionRequest,
)
from portal.accounts.models import RoleGrant
from portal.audit.recording import record


@receiver(post_save, sender=Revision, dispatch_uid="policies.note_contribution")
def note_saved_revision(instance: Revision, raw: bool, **kwargs: Any) -> None:
    if not raw and is_governed(instance.content_type.model_class()):
        note_contribution(instance)


@receiver(revision_restored, dispatch_uid="policies.note_restored_text")
def note_restoration(revision: Revision, restored: Revision, **kwargs: Any) -> None:
    if is_governed(revision.content_type.model_class()):
        note_restored_text(revision=revision, restored=restored)


@receiver(workflow_cancelled, dispatch_uid="policies.cancel_change")
def cancel_change(instance: Any, **kwargs: Any) -> None:
    change = ChangeRequest.objects.filter(
        workflow_state=instance, status=ChangeStatus.IN_REVIEW
    ).first()
    if change is not None:
        close(change, ChangeStatus.CANCELLED)


@receiver(pre_save, dispatch_uid="policies.guard_page_row")
def guard_saved_page(
    sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any
) -> None:
    if issubclass(sender, Page) and guards.touches_public_row(update_fields):
        guards.guard_page_row(instance)


@receiver(pre_delete, dispatch_uid="policies.guard_deletion")
def guard_deleted_page(sender: Any, instance: Any, **kwargs: Any) -> None:
    if issubclass(sender, Page):
        guards.guard_deletion(instance)


@receiver(pre_page_move, dispatch_uid="policies.guard_move")
def guard_moved_page(
    instance: Page, url_path_before: str, url_path_after: str, **kwargs: Any
) -> None:
    guards.guard_move(instance, is_reordering=url_path_before == url_path_after)


@receiver(pre_save, sender=PageViewRestriction, dispatch_uid="policies.guard_privacy")
def guard_privacy(instance: PageViewRestriction, **kwargs: Any) -> None:
    guards.guard_restriction(instance.page)


@receiver(pre_save, sender=Revision, dispatch_uid="policies.guard_revision")
def guard_saved_revision(instance: Revision, **kwargs: Any) -> None:
    guards.guard_revision(instance)


@receiver(pre_save, sender=WorkflowState, dispatch_uid="policies.guard_workflow")
def guard_saved_workflow_state(instance: WorkflowState, **kwargs: Any) -> None:
    guards.guard_workflow_state(instance)


@receiver(post_save, sender=RoleGrant, dispatch_uid="policies.tell_grant")
def tell_granted_role(instance: RoleGrant, created: bool, **kwargs: Any) -> None:
    if created:
        tell_grant(instance)


# Evidence of an act, the act's name in the audit log, and the column with its words.
AUDITED = {
    ChangeRequest: ("approval.submitted", "change_note"),
    Decision: ("approval.decided", "note"),
    Ratification: ("approval.ratified", "conditions"),
    PolicyVersion: ("approval.published", "change_note"),
    EmergencyDecision: ("approval.emergency_judged", "note"),
    RescissionRequest: ("approval.rescission_requested", "reason"),
    Rescission: ("approval.rescinded", "reason"),
}


@receiver(post_save, dispatch_uid="policies.log_evidence")
def log_evidence(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    if not created or sender not in AUDITED:
        return
    action, reason = AUDITED[sender]
    verdict = getattr(instance, "get_verdict_display", None)
    record(
        action,
        subject=instance,
        name=subject_of(instance),
        after={"verdict": verdict()} if verdict else None,
        reason=getattr(instance, reason),
    )


@receiver(pre_save, dispatch_uid="policies.guard_evidence_texts")
def guard_evidence_texts(sender: Any, instance: Any, **kwargs: Any) -> None:
    if sender in AUDITED and instance._state.adding:
        guard_evidence(instance)


def subject_of(evidence: Any) -> str:
    """Which policy, change or version a piece of evidence is about."""
    if isinstance(evidence, PolicyVersion):
        return str(evidence)
    change = getattr(evidence, "change", None)
    return str(change or getattr(evidence, "version", None) or evidence)
