"""Publication in an emergency: at once, with a reason, and ratified afterwards."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from policies import ledger, notifications
from policies.contributions import has_unknown_hand
from policies.decisions import close
from policies.governed import governed_content
from policies.models import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    ChangeType,
    EmergencyDecision,
    EmergencyVerdict,
    EntryKind,
    PolicyPage,
    PolicyStatus,
    PolicyVersion,
    Rescission,
)
from policies.stages import EMERGENCY_JUDGES, EMERGENCY_PUBLISHER, EMERGENCY_QUORUM
from portal.accounts.grants import role_counts
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal

if TYPE_CHECKING:
    from portal.accounts.models import User


def is_unresolved(version: PolicyVersion) -> bool:
    """An emergency version that two independent people have not ratified yet."""
    if version.kind != ChangeKind.EMERGENCY:
        return False
    ratified = version.emergency_decisions.filter(verdict=EmergencyVerdict.RATIFY)
    return ratified.count() < EMERGENCY_QUORUM


def is_overdue(version: PolicyVersion) -> bool:
    deadline = version.ratify_by
    return (
        deadline is not None and timezone.now() >= deadline and is_unresolved(version)
    )


def reasons_not_to_publish_at_once(policy: PolicyPage, person: "User") -> list[str]:
    """Explain why this person may not publish the latest draft in an emergency."""
    from policies.submission import latest_standing

    reasons = []
    if person.is_superuser or not person.has_role(EMERGENCY_PUBLISHER):
        reasons.append(f"This is for people with the role {EMERGENCY_PUBLISHER}.")
    elif not role_counts(person, EMERGENCY_PUBLISHER, since=timezone.now()):
        reasons.append("Another person must have given you the role.")
    if has_unknown_hand(policy):
        reasons.append("A draft was saved by nobody known; save it again yourself.")
    missing = [
        str(policy._meta.get_field(name).verbose_name)
        for name in policy.required_on_submit
        if name != "change_note" and not str(getattr(policy, name) or "").strip()
    ]
    if missing:
        reasons.append(f"These parts are still empty: {', '.join(missing)}.")
    if policy.change_type == ChangeType.CORRECTION and (
        not policy.correction_notice.strip() or policy.wrong_since is None
    ):
        reasons.append("A correction says publicly what was wrong, and since when.")
    latest = latest_standing(policy)
    if latest is not None and is_unresolved(latest):
        reasons.append("An emergency version of this policy already waits.")
    if changes_nothing(policy):
        reasons.append("Nothing has changed since the version in force.")
    return reasons


def changes_nothing(draft: PolicyPage) -> bool:
    """Whether the draft says what is in force, with nothing scheduled to overtake.

    The text in force may be published again to stop a scheduled one at once.
    """
    in_force = draft.versions.in_force().first()
    return (
        in_force is not None
        and in_force.content_hash == content_hash(governed_content(draft))
        and not draft.versions.scheduled().exists()
    )


@transaction.atomic
def publish_at_once(
    *, policy: PolicyPage, person: "User", reason: str
) -> PolicyVersion:
    """Put the latest draft in force now; scheduled versions and open changes end."""
    from policies.publication import record_version, refresh_page_row
    from policies.submission import seal

    Page.objects.select_for_update().get(pk=policy.pk)
    # Read again under the lock: the caller's object may know an older draft.
    policy = PolicyPage.objects.get(pk=policy.pk)
    cancel_open_change(policy, person)
    revision = policy.get_latest_revision()
    draft = revision.as_object()
    reasons = reasons_not_to_publish_at_once(draft, person)
    if not reason.strip():
        reasons.append("Give the reason: it is public.")
    if reasons:
        raise Refusal(*reasons)
    draft.effective_on = None
    change = seal(
        draft=draft,
        revision=revision,
        submitted_by=person,
        workflow_state=None,
        kind=ChangeKind.EMERGENCY,
        note=reason,
    )
    close(change, ChangeStatus.APPROVED)
    scheduled = list(policy.versions.scheduled())
    version = record_version(change=change, published_by=person)
    for overtaken in scheduled:
        rescind_for_emergency(overtaken, version, person)
    refresh_page_row(version)
    notifications.tell_emergency(version)
    return version


def cancel_open_change(policy: PolicyPage, person: "User") -> None:
    change = policy.open_change
    if change is not None:
        close(change, ChangeStatus.CANCELLED)
        change.workflow_state.cancel(user=person)


def rescind_for_emergency(
    overtaken: PolicyVersion, emergency: PolicyVersion, person: "User"
) -> None:
    rescission = Rescission.objects.create(
        version=overtaken,
        reason=f"Overtaken by the emergency version {emergency.label}.",
        requested_by=person,
        emergency=emergency,
    )
    ledger.append(
        EntryKind.RESCISSION, overtaken, ledger.rescission_payload(rescission)
    )
    notifications.tell_rescission(rescission)


def reasons_not_to_judge(version: PolicyVersion, person: "User") -> list[str]:
    """Explain why this person may neither ratify nor overturn."""
    if not is_unresolved(version):
        return ["This version does not wait to be ratified."]
    change = version.change
    reasons = []
    held = [role for role in EMERGENCY_JUDGES if person.has_role(role)]
    if person.is_superuser or not held:
        reasons.append(
            f"This is for people with a role of: {', '.join(EMERGENCY_JUDGES)}."
        )
    elif not any(role_counts(person, role, change.submitted_at) for role in held):
        reasons.append("Another person must have given you the role beforehand.")
    if change.contributors.filter(pk=person.pk).exists():
        reasons.append("You contributed to this text, so somebody else must judge.")
    if version.emergency_decisions.filter(person=person).exists():
        reasons.append("You have already judged this version.")
    return reasons


@transaction.atomic
def judge(
    *,
    version: PolicyVersion,
    person: "User",
    verdict: EmergencyVerdict,
    note: str,
    seen_hash: str,
) -> EmergencyDecision:
    """Ratify, or overturn, which opens a change that restores the former text."""
    Page.objects.select_for_update().get(pk=version.policy_id)
    person.refresh_from_db()
    reasons = reasons_not_to_judge(version, person)
    if not note.strip():
        reasons.append("Write a note: it stands beside your judgement for good.")
    if seen_hash != version.content_hash:
        reasons.append("The text you saw is not the text in force. Open it again.")
    if reasons:
        raise Refusal(*reasons)
    decision = EmergencyDecision.objects.create(
        version=version,
        verdict=verdict,
        person=person,
        person_name=str(person),
        role=next(role for role in EMERGENCY_JUDGES if person.has_role(role)),
        note=note.strip(),
        content_hash=version.content_hash,
    )
    ledger.append(
        EntryKind.EMERGENCY_DECISION, version, ledger.emergency_payload(decision)
    )
    if verdict == EmergencyVerdict.OVERTURN:
        open_restoration(version, person, note)
    return decision


def open_restoration(version: PolicyVersion, person: "User", note: str) -> None:
    """Submit the former text again; a policy that had none is to be withdrawn."""
    policy = PolicyPage.objects.get(pk=version.policy_id)
    if policy.open_change is not None:
        return
    draft = former_text(version)
    draft.change_note = f"Restores the text before emergency version {version.label}."
    draft.change_type = "position"
    draft.effective_on = None
    former = version_before(version)
    draft.save_revision(
        user=person, previous_revision=former.revision if former else version.revision
    )
    start_workflow(policy, person)


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """The version that was in force until the emergency, which rescinds later ones."""
    return (
        PolicyVersion.objects.effective()
        .filter(policy=version.policy_id, number__lt=version.number)
        .filter(effective_from__lt=version.effective_from)
        .order_by("-effective_from", "-number")
        .first()
    )


def former_text(version: PolicyVersion) -> Any:
    former = version_before(version)
    if former is not None:
        return former.revision.as_object()
    draft = version.revision.as_object()
    draft.status = PolicyStatus.WITHDRAWN
    draft.status_reason = "The emergency publication of this policy was overturned."
    return draft


def start_workflow(policy: PolicyPage, person: "User") -> WorkflowState:
    """Wagtail's start of a workflow, for a change that no author submits."""
    state = WorkflowState(
        content_type=policy.get_content_type(),
        base_content_type=policy.get_base_content_type(),
        object_id=str(policy.pk),
        workflow=policy.get_workflow(),
        status=WorkflowState.STATUS_IN_PROGRESS,
        requested_by=person,
    )
    state.change_kind = ChangeKind.RESTORATION
    state.save()
    state.update(user=person)
    return state


def waiting_emergencies() -> Any:
    """Emergency versions in force that nobody has replaced; check each further."""
    return (
        PolicyVersion.objects.in_force()
        .filter(kind=ChangeKind.EMERGENCY)
        .select_related("change")
    )


def has_restoration_open(version: PolicyVersion) -> bool:
    return ChangeRequest.objects.filter(
        page=version.policy_id,
        kind=ChangeKind.RESTORATION,
        status=ChangeStatus.IN_REVIEW,
    ).exists()
