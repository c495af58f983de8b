"""The records of approval as tables for a spreadsheet."""

from collections.abc import Iterator

from policies.models import ChangeRequest, Decision, PolicyVersion, Ratification
from policies.reports import stage_ages
from policies.stages import Stage
from portal.accounts.models import RoleGrant
from portal.exports import Row, Table

CHUNK = 200


def change_rows() -> Iterator[Row]:
    changes = (
        ChangeRequest.objects.select_related("submitted_by", "base_version")
        .prefetch_related("decisions", "contributors")
        .defer("base_version__content")
        .order_by("pk")
    )
    for change in changes.iterator(chunk_size=CHUNK):
        days = {age.stage: age.days for age in stage_ages(change)}
        yield [
            change.pk,
            change.content.get("reference", ""),
            change.content.get("title", ""),
            change.get_kind_display(),
            change.get_change_class_display(),
            change.get_change_type_display(),
            change.change_note,
            change.internal_note,
            change.get_status_display(),
            change.submitted_by,
            change.submitted_at,
            change.closed_at,
            "; ".join(sorted(str(person) for person in change.contributors.all())),
            change.base_version.label if change.base_version else "",
            days.get(Stage.CLINICAL.label, ""),
            days.get(Stage.COMMISSIONING.label, ""),
            change.content_hash,
        ]


def decision_rows() -> Iterator[Row]:
    decisions = Decision.objects.select_related("change").order_by("pk")
    for decision in decisions.iterator(chunk_size=CHUNK):
        yield [
            decision.change_id,
            decision.change.name,
            decision.get_stage_display(),
            decision.get_verdict_display(),
            decision.person_name,
            decision.role,
            decision.note,
            decision.decided_at,
            decision.content_hash,
        ]


def version_rows() -> Iterator[Row]:
    versions = (
        PolicyVersion.objects.without_content()
        .select_related("published_by", "rescission")
        .order_by("reference", "number")
    )
    for version in versions.iterator(chunk_size=CHUNK):
        rescission = getattr(version, "rescission", None)
        yield [
            version.reference,
            version.number,
            version.label,
            version.title,
            version.get_kind_display(),
            version.get_status_display(),
            version.get_position_display(),
            version.change_note,
            version.effective_from,
            version.recorded_at,
            version.published_by,
            rescission.rescinded_at if rescission else "",
            rescission.reason if rescission else "",
            version.content_hash,
        ]


def ratification_rows() -> Iterator[Row]:
    ratifications = Ratification.objects.select_related(
        "change", "body", "recorded_by"
    ).order_by("pk")
    for ratification in ratifications.iterator(chunk_size=CHUNK):
        yield [
            ratification.change_id,
            ratification.change.name,
            ratification.body,
            ratification.ratified_on,
            ratification.minute_reference,
            ratification.conditions,
            ratification.recorded_by,
            ratification.recorded_at,
        ]


def grant_rows() -> Iterator[Row]:
    grants = RoleGrant.objects.select_related("user", "granted_by").order_by("pk")
    for grant in grants.iterator(chunk_size=CHUNK):
        yield [
            grant.user,
            grant.user.username,
            grant.role,
            "Given" if grant.is_granted else "Taken away",
            grant.granted_by or "Command line",
            grant.granted_at,
        ]


TABLES = {
    "changes": Table(
        "Changes",
        [
            *("Change", "Reference", "Title", "Kind", "Size", "Type of change"),
            *("Public note", "Internal note", "Status", "Submitted by"),
            *("Submitted at", "Closed at", "Contributors", "Based on version"),
            *("Days at clinical review", "Days at commissioning approval", "Hash"),
        ],
        change_rows,
    ),
    "decisions": Table(
        "Decisions",
        [
            *("Change", "Policy or treatment", "Stage", "Verdict", "Person", "Role"),
            *("Note", "Decided at", "Hash"),
        ],
        decision_rows,
    ),
    "versions": Table(
        "Versions",
        [
            *("Reference", "Number", "Version", "Title", "Kind", "Status", "Position"),
            *("Public note", "Effective from", "Recorded at", "Completed by"),
            *("Rescinded at", "Reason of rescission", "Hash"),
        ],
        version_rows,
    ),
    "ratifications": Table(
        "Ratifications",
        [
            *("Change", "Policy or treatment", "Body", "Ratified on", "Minute"),
            *("Conditions", "Recorded by", "Recorded at"),
        ],
        ratification_rows,
    ),
    "role-grants": Table(
        "Role grants",
        ["Person", "Username", "Role", "What happened", "By", "At"],
        grant_rows,
    ),
}
