"""From a draft to a sealed change: what a submission needs, and its making."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision, WorkflowState

from policies.companions import (
    change_to_join,
    is_ahead_of_its_policy,
    reasons_not_to_join,
)
from policies.content import RICH_TEXT_FIELDS
from policies.contributions import contributors_since_approval, has_unknown_hand
from policies.decisive_words import decisive_words
from policies.governed import governance_of, governed_content
from policies.models import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    ChangeType,
    PolicyPage,
    PolicyVersion,
)
from policies.plain_text import text_of_html
from policies.stages import ChangeClass
from policies.submission_rules import faults_of
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal

if TYPE_CHECKING:
    from portal.accounts.models import User

# A change of one of these is never minor, whatever the author ticks.
MAJOR_FIELDS = [
    "scope",
    "position",
    "funding_route",
    "criteria",
    "codes",
    "exclusions",
    "exceptions",
    "limits",
    "required_bodies",
    "date_that_counts",
    "status",
    "superseded_by",
    "treatments",
]
# Minor as long as their decisive words stay.
READERS_TEXTS = ["lay_summary", "transitional_rule", "individual_funding"]


def latest_standing(policy: PolicyPage) -> PolicyVersion | None:
    """The newest version that nobody rescinded, in force or scheduled."""
    return policy.versions.standing().order_by("-number").first()


def reasons_against_effective_date(
    policy: PolicyPage, effective_on: datetime.date | None
) -> list[str]:
    """Not in the past, and not before a version that is already scheduled."""
    reasons = []
    today = timezone.localdate()
    if effective_on and effective_on < today:
        reasons.append(
            "A policy cannot take effect in the past. Choose today or later."
        )
    latest = latest_standing(policy) if policy.pk else None
    if latest is not None and latest.effective_on > (effective_on or today):
        reasons.append(
            f"Version {latest.label} is scheduled for {latest.effective_on:%-d %B %Y}. "
            "Choose that day or a later one, or have it rescinded first."
        )
    return reasons


def reasons_not_to_submit(page: Any, person: "User | None") -> list[str]:
    """Explain, in sentences for staff, what stands in the way of a submission."""
    role = governance_of(page).author_role
    reasons = []
    if person is None or person.is_superuser or not person.has_role(role):
        reasons.append(f"Only people with the role {role} submit this for review.")
    missing = [
        str(page._meta.get_field(name).verbose_name)
        for name in page.required_on_submit
        if not str(getattr(page, name) or "").strip()
    ]
    if missing:
        reasons.append(f"These parts are still empty: {', '.join(missing)}.")
    if page.go_live_at or page.expire_at:
        reasons.append("A publishing schedule is set; approval decides instead.")
    if has_unknown_hand(page):
        reasons.append("A draft was saved by nobody known; save it again yourself.")
    if Page.objects.live().filter(pk=page.pk).exclude(slug=page.slug).exists():
        reasons.append("The address of a page on record cannot change.")
    if isinstance(page, PolicyPage):
        reasons += reasons_against_policy(page)
    else:
        reasons += reasons_not_to_join(page)
    return reasons + reasons_from_last_change(page)


def reasons_against_policy(policy: PolicyPage) -> list[str]:
    names = [field.name for field in policy._meta.local_concrete_fields]
    values = {name: getattr(policy, name) for name in names}
    values["treatments"] = policy.treatments.all()
    reasons = [
        *faults_of(values).values(),
        *reasons_against_effective_date(policy, policy.effective_on),
    ]
    latest = latest_standing(policy)
    if latest is not None:
        reasons += reasons_from_ledger(policy, latest)
    elif policy.change_type not in ("", ChangeType.NEW):
        reasons.append("The first version of a policy has the type “New policy”.")
    return reasons


def reasons_from_ledger(policy: PolicyPage, latest: PolicyVersion) -> list[str]:
    from policies.emergency import is_unresolved

    reasons = []
    if latest.reference != policy.reference:
        reasons.append("The reference of a policy cannot change.")
    if policy.change_type == ChangeType.NEW:
        reasons.append(
            "This policy has a version already, so the change cannot be of the type "
            "“New policy”. Choose what the change does."
        )
    if is_unresolved(latest):
        reasons.append(
            "An emergency version waits to be ratified. Until then nothing else can "
            "change this policy."
        )
    return reasons


def reasons_from_last_change(page: Any) -> list[str]:
    """Nothing new, or a note that was used before."""
    last = page.changes.filter(status=ChangeStatus.APPROVED).first()
    if last is None:
        return []
    reasons = []
    is_same = last.content_hash == content_hash(
        governed_content(page)
    ) and not is_ahead_of_its_policy(last)
    if is_same and not getattr(page, "is_full_review", False):
        reasons.append("Nothing has changed since the latest version.")
    if last.change_note.strip() == page.change_note.strip():
        reasons.append(
            "The public change note is still that of the latest version. Say what "
            "changes this time."
        )
    return reasons


@transaction.atomic
def open_change(
    *, workflow_state: WorkflowState, submitted_by: "User | None"
) -> ChangeRequest:
    """Seal the latest draft of the workflow's page as a change in review."""
    page = Page.objects.select_for_update().get(pk=int(workflow_state.object_id))
    revision = page.get_latest_revision()
    if revision is None:
        raise Refusal("Save a draft before you submit it.")
    draft = revision.as_object()
    kind = getattr(workflow_state, "change_kind", ChangeKind.NORMAL)
    if kind == ChangeKind.NORMAL:
        reasons = reasons_not_to_submit(draft, submitted_by)
        if reasons:
            raise Refusal(*reasons)
    if submitted_by is None:
        raise Refusal("Sign in before you submit.")
    return seal(
        draft=draft,
        revision=revision,
        submitted_by=submitted_by,
        workflow_state=workflow_state,
        kind=kind,
        note=draft.change_note,
    )


def seal(
    *,
    draft: Any,
    revision: Revision,
    submitted_by: "User",
    workflow_state: WorkflowState | None,
    kind: ChangeKind,
    note: str,
) -> ChangeRequest:
    """Make the sealed row, with everybody whose hand is in the text."""
    content = governed_content(draft)
    latest = latest_standing(draft) if isinstance(draft, PolicyPage) else None
    change = ChangeRequest.objects.create(
        page_id=draft.pk,
        kind=kind,
        revision=revision,
        workflow_state=workflow_state,
        base_version=latest,
        change_note=note.strip(),
        content=content,
        content_hash=content_hash(content),
        submitted_by=submitted_by,
        **change_details(draft, content, latest),
    )
    change.contributors.set({*contributors_since_approval(draft), submitted_by.pk})
    return change


def change_details(
    draft: Any, content: dict[str, Any], latest: PolicyVersion | None
) -> dict[str, Any]:
    """What the author said about the change; treatments say less than policies."""
    if not isinstance(draft, PolicyPage):
        return {
            "together_with": change_to_join(draft.together_with.strip()),
            "change_class": ChangeClass.MAJOR,
            "change_type": ChangeType.REVIEW
            if draft.is_full_review
            else ChangeType.WORDING,
        }
    is_correction = draft.change_type == ChangeType.CORRECTION
    return {
        "change_class": class_of_change(draft.change_class, content, latest),
        "change_type": draft.change_type,
        "internal_note": draft.internal_note,
        "effective_on": draft.effective_on,
        "is_announced": draft.is_announced,
        "correction_notice": draft.correction_notice if is_correction else "",
        "wrong_since": draft.wrong_since if is_correction else None,
    }


def class_of_change(
    claimed: str, content: dict[str, Any], latest: PolicyVersion | None
) -> ChangeClass:
    """Minor is claimed by the author, and taken back when what decides care changed."""
    if latest is None or claimed != ChangeClass.MINOR:
        return ChangeClass.MAJOR
    old = latest.content
    if any(content[name] != old.get(name) for name in MAJOR_FIELDS):
        return ChangeClass.MAJOR
    if any(
        decisive_words(words_of(content, name)) != decisive_words(words_of(old, name))
        for name in READERS_TEXTS
    ):
        return ChangeClass.MAJOR
    return ChangeClass.MINOR


def words_of(content: dict[str, Any], name: str) -> str:
    """The field as plain text; in a plain one, “<” is a sign and begins no tag."""
    text = content.get(name, "")
    return text_of_html(text) if name in RICH_TEXT_FIELDS else text
