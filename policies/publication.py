"""What writes to the ledger of versions."""

import datetime
from calendar import monthrange
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from pages.models import TreatmentPage
from policies.codes import code_key
from policies.companions import (
    due_companions,
    is_ahead_of_its_policy,
    undecided_companions,
)
from policies.decisions import (
    close,
    is_quorate,
    missing_bodies,
    refuse_if_text_moved,
    stages_of,
)
from policies.ledger import append, version_payload
from policies.models import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    CoveredTreatment,
    EntryKind,
    PolicyVersion,
    Verdict,
    VersionCode,
    VersionDocument,
)
from policies.models.versions import next_numbers
from policies.periods import start_of_day
from policies.stages import EMERGENCY_RATIFICATION_TIME, ChangeClass
from policies.submission import latest_standing
from portal.refusals import Refusal


@transaction.atomic
def publish_approved_change(workflow_state: Any, user: Any) -> None:
    """The end of a workflow: publish what was approved, or refuse."""
    change = (
        ChangeRequest.objects.select_for_update(of=("self",))
        .filter(workflow_state=workflow_state, status=ChangeStatus.IN_REVIEW)
        .first()
    )
    if change is None:
        raise Refusal("This workflow ended without a change in review.")
    reasons = reasons_not_to_publish(change)
    if reasons:
        raise Refusal(*reasons)
    refuse_if_text_moved(change)
    close(change, ChangeStatus.APPROVED)
    if change.is_of_policy:
        version = record_version(change=change, published_by=user)
        if version.effective_from <= timezone.now():
            refresh_page_row(version)
            publish_due_companions(change)
    elif not is_ahead_of_its_policy(change) and not is_published(change):
        publish_treatment(change, user)


def is_published(change: ChangeRequest) -> bool:
    """Whether the policy that the treatment goes with has just taken it along."""
    return TreatmentPage.objects.filter(live_revision=change.revision_id).exists()


def publish_due_companions(policy_change: ChangeRequest) -> None:
    """Publish the approved treatments that go with a version now in force."""
    for companion in due_companions().filter(together_with=policy_change):
        decision = companion.decisions.filter(verdict=Verdict.APPROVE).last()
        publish_treatment(companion, decision.person if decision else None)


def reasons_not_to_publish(change: ChangeRequest) -> list[str]:
    """Verify every approval again; a workflow that was tampered with ends here."""
    reasons = [
        f"“{stage.label}” has not been passed."
        for stage in stages_of(change)
        if not is_quorate(change, stage)
    ]
    if change.decisions.filter(verdict=Verdict.REJECT).exists():
        reasons.append("Somebody sent this change back.")
    if change.decisions.exclude(content_hash=change.content_hash).exists():
        reasons.append("A decision was taken on another text.")
    if undecided_companions(change).exists():
        reasons.append("A treatment page that goes with it is still in review.")
    missing = missing_bodies(change)
    if missing:
        reasons.append(f"Not yet ratified by: {', '.join(missing)}.")
    if change.is_of_policy:
        latest = latest_standing(change.page.specific)
        if (latest and latest.pk) != change.base_version_id:
            reasons.append("The version that this change began from is not the latest.")
    return reasons


@transaction.atomic
def record_version(*, change: ChangeRequest, published_by: Any) -> PolicyVersion:
    """Add the next entry to the public history of a policy."""
    now = timezone.now()
    content = change.content
    is_emergency = change.kind == ChangeKind.EMERGENCY
    version = PolicyVersion.objects.create(
        policy_id=change.page_id,
        **numbers_of(change),
        change=change,
        revision=change.revision,
        kind=change.kind,
        status=content["status"],
        reference=content["reference"],
        title=content["title"],
        position=content["position"],
        lay_summary=content["lay_summary"],
        content=content,
        content_hash=change.content_hash,
        change_type=change.change_type,
        change_note=change.change_note,
        is_announced=change.is_announced,
        correction_notice=change.correction_notice,
        wrong_since=change.wrong_since,
        published_by=published_by,
        ratify_by=now + EMERGENCY_RATIFICATION_TIME if is_emergency else None,
        recorded_at=now,
        effective_from=first_moment(change, now),
    )
    add_covered_treatments(version)
    add_codes(version)
    add_documents(version)
    append(EntryKind.VERSION, version, version_payload(version))
    return version


def first_moment(change: ChangeRequest, now: datetime.datetime) -> datetime.datetime:
    """When the version takes effect: at once, or as its day begins."""
    day = change.effective_on
    return max(now, start_of_day(day)) if day else now


def numbers_of(change: ChangeRequest) -> dict[str, int]:
    """The next free number; major and minor follow the version it is based on."""
    highest = PolicyVersion.objects.filter(policy=change.page_id).aggregate(
        highest=Max("number")
    )["highest"]
    numbers = next_numbers(
        latest_numbered(change), is_major=change.change_class == ChangeClass.MAJOR
    )
    return {**numbers, "number": (highest or 0) + 1}


def latest_numbered(change: ChangeRequest) -> PolicyVersion | None:
    """The newest version, rescinded or not: no label is given twice."""
    return (
        PolicyVersion.objects.filter(policy=change.page_id)
        .without_content()
        .order_by("-number")
        .first()
    )


def add_covered_treatments(version: PolicyVersion) -> None:
    covered = TreatmentPage.objects.filter(pk__in=version.text.treatment_ids)
    CoveredTreatment.objects.bulk_create(
        CoveredTreatment(version=version, treatment=treatment) for treatment in covered
    )


def add_codes(version: PolicyVersion) -> None:
    VersionCode.objects.bulk_create(
        VersionCode(
            version=version,
            system=code["system"],
            key=code_key(code["code"]),
            is_included=code["is_included"],
        )
        for code in version.text.codes
    )


def add_documents(version: PolicyVersion) -> None:
    VersionDocument.objects.bulk_create(
        VersionDocument(
            version=version, document_id=document["id"], sha256=document["sha256"]
        )
        for document in version.content["documents"]
    )


def refresh_page_row(version: PolicyVersion) -> None:
    """Let Wagtail's own row follow the ledger, for the admin's lists and search."""
    version.revision.publish(user=version.published_by, skip_permission_checks=True)


def publish_treatment(change: ChangeRequest, user: Any) -> None:
    """Publish the approved text; a review of the whole page also sets its dates."""
    change.revision.publish(user=user, skip_permission_checks=True)
    page = TreatmentPage.objects.get(pk=change.page_id)
    if page.is_full_review:
        reviewed_on = timezone.localdate()
        TreatmentPage.objects.filter(pk=page.pk).update(
            last_reviewed_on=reviewed_on,
            review_due_on=months_later(reviewed_on, page.review_interval_months),
        )


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day `months` later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))
