"""What the database refuses, as SQL conditions that hold when a write is wrong.

Written once for both databases; a `Dialect` holds the words in which they differ.
"""

from collections.abc import Iterator

from policies.content import (
    FIELDS_ADDED,
    TREATMENT_PLAIN_FIELDS,
    TREATMENT_STREAM_FIELDS,
)
from policies.stages import (
    COMMISSIONING_APPROVER,
    DECIDING_ROLE,
    EMERGENCY_PUBLISHER,
    QUORUM,
    Stage,
)
from portal.evidence.database_rules import Condition
from portal.evidence.dialects import POSTGRESQL, SQLITE, Dialect

APPEND_ONLY_TABLES = [
    "policies_contribution",
    "policies_changerequest_contributors",
    "policies_decision",
    "policies_ratification",
    "policies_policyversion",
    "policies_coveredtreatment",
    "policies_versioncode",
    "policies_versiondocument",
    "policies_rescissionrequest",
    "policies_rescission",
    "policies_emergencydecision",
    "policies_ledgerentry",
    "policies_reminder",
]

# Governed fields of a treatment that every page has, in a table of Wagtail's.
COLUMNS_OF_EVERY_PAGE = {"title", "search_description"}

CHANGE_COLUMNS = [
    "id",
    "page_id",
    "kind",
    "revision_id",
    "workflow_state_id",
    "base_version_id",
    "together_with_id",
    "change_class",
    "change_type",
    "change_note",
    "internal_note",
    "effective_on",
    "is_announced",
    "correction_notice",
    "wrong_since",
    "content",
    "content_hash",
    "submitted_by_id",
    "submitted_at",
]


def conditions(vendor: str) -> Iterator[Condition]:
    sql = POSTGRESQL if vendor == "postgresql" else SQLITE
    yield from change_rules(sql)
    yield decision_rule()
    yield ratification_rule()
    yield emergency_decision_rule()
    yield version_rule()
    yield from page_rules(sql)
    yield treatment_text_rule(sql)
    yield from revision_rules(sql)
    yield document_rule(sql)


def change_rules(sql: Dialect) -> Iterator[Condition]:
    moved = " OR ".join(
        f"OLD.{name} {sql.is_not} NEW.{name}" for name in CHANGE_COLUMNS
    )
    yield Condition(
        name="change_is_sealed",
        table="policies_changerequest",
        event="UPDATE",
        when=f"({moved}) OR OLD.status <> 'in_review'",
        message="A submitted change is sealed; only its status moves, once.",
    )
    yield Condition(
        name="change_is_kept",
        table="policies_changerequest",
        event="DELETE",
        when="TRUE",
        message="A submitted change stays on record.",
    )
    yield Condition(
        name="change_begins_right",
        table="policies_changerequest",
        event="INSERT",
        when=f"""NEW.status <> 'in_review' OR (NEW.kind = 'emergency' AND NOT (
            {holds_role("NEW.submitted_by_id", EMERGENCY_PUBLISHER)}
            AND {is_policy("NEW.page_id")}))""",
        message="A change begins in review; an emergency needs its role.",
    )
    yield Condition(
        name="change_is_approved_by_people",
        table="policies_changerequest",
        event="UPDATE",
        when=f"""NEW.status = 'approved' AND NEW.kind <> 'emergency'
            AND NOT EXISTS (SELECT 1 FROM policies_changerequest c
            WHERE c.id = NEW.id AND NOT {has_dissent("c.id")}
            AND {is_passed(Stage.CLINICAL)}
            AND ({is_passed(Stage.COMMISSIONING)} OR NOT {is_policy("c.page_id")})
            AND {sql.length_of("c.content", "required_bodies")} <= (
                SELECT COUNT(*) FROM policies_ratification r
                WHERE r.change_id = c.id))""",
        message="A change is approved by the people and bodies that it needs.",
    )


def holds_role(person: str, role: str) -> str:
    """SQL: the person is active, no superuser, and holds the role now."""
    return f"""EXISTS (SELECT 1 FROM accounts_user u
        JOIN accounts_user_groups ug ON ug.user_id = u.id
        JOIN auth_group g ON g.id = ug.group_id
        WHERE u.id = {person} AND u.is_active AND NOT u.is_superuser
        AND g.name = '{role}')"""


def wrote_it(person: str, change: str) -> str:
    """SQL: the person submitted the change or contributed to its text."""
    return f"""EXISTS (SELECT 1 FROM policies_changerequest c
        LEFT JOIN policies_changerequest_contributors cc ON cc.changerequest_id = c.id
        WHERE c.id = {change}
        AND (c.submitted_by_id = {person} OR cc.user_id = {person}))"""


def decision_rule() -> Condition:
    stage_roles = " OR ".join(
        f"(NEW.stage = '{stage.value}' AND {holds_role('NEW.person_id', role)})"
        for stage, role in DECIDING_ROLE.items()
    )
    return Condition(
        name="decision_is_allowed",
        table="policies_decision",
        event="INSERT",
        when=f"""NOT EXISTS (SELECT 1 FROM policies_changerequest c
                WHERE c.id = NEW.change_id AND c.status = 'in_review'
                AND c.content_hash = NEW.content_hash)
            OR {wrote_it("NEW.person_id", "NEW.change_id")}
            OR NOT ({stage_roles})
            OR NEW.verdict NOT IN ('approve', 'reject')
            OR TRIM(NEW.note) = ''""",
        message="This person may not decide on this text.",
        lock="PERFORM 1 FROM policies_changerequest c WHERE c.id = NEW.change_id "
        "FOR UPDATE;",
    )


def ratification_rule() -> Condition:
    return Condition(
        name="ratification_is_allowed",
        table="policies_ratification",
        event="INSERT",
        when=f"""NOT EXISTS (SELECT 1 FROM policies_changerequest c
                WHERE c.id = NEW.change_id AND c.status = 'in_review')
            OR {wrote_it("NEW.recorded_by_id", "NEW.change_id")}
            OR NOT {holds_role("NEW.recorded_by_id", COMMISSIONING_APPROVER)}""",
        message="This person may not record a ratification of this text.",
    )


def emergency_decision_rule() -> Condition:
    judges = " OR ".join(
        holds_role("NEW.person_id", role) for role in DECIDING_ROLE.values()
    )
    return Condition(
        name="emergency_decision_is_allowed",
        table="policies_emergencydecision",
        event="INSERT",
        when=f"""NOT EXISTS (SELECT 1 FROM policies_policyversion v
                WHERE v.id = NEW.version_id AND v.kind = 'emergency'
                AND v.content_hash = NEW.content_hash)
            OR EXISTS (SELECT 1 FROM policies_policyversion v
                WHERE v.id = NEW.version_id
                AND {wrote_it("NEW.person_id", "v.change_id")})
            OR NOT ({judges})""",
        message="This person may not judge this emergency version.",
    )


def approvals(stage: Stage) -> str:
    return f"""(SELECT COUNT(*) FROM policies_decision d WHERE d.change_id = c.id
        AND d.stage = '{stage.value}' AND d.verdict = 'approve'
        AND d.content_hash = c.content_hash)"""


def quorum(stage: Stage) -> str:
    """SQL: how many approvals the stage needs for the change `c`."""
    cases = " ".join(
        f"WHEN '{size.value}' THEN {needed}"
        for (of_stage, size), needed in QUORUM.items()
        if of_stage == stage
    )
    return f"(CASE c.change_class {cases} END)"


def is_passed(stage: Stage) -> str:
    """SQL: the change `c` has the approvals that the stage needs."""
    return f"{approvals(stage)} >= {quorum(stage)}"


def has_dissent(change: str) -> str:
    """SQL: somebody sent the change back."""
    return f"""EXISTS (SELECT 1 FROM policies_decision d
        WHERE d.change_id = {change} AND d.verdict <> 'approve')"""


def version_rule() -> Condition:
    enough = " AND ".join(map(is_passed, Stage))
    return Condition(
        name="version_is_approved",
        table="policies_policyversion",
        event="INSERT",
        when=f"""NOT EXISTS (SELECT 1 FROM policies_changerequest c
            WHERE c.id = NEW.change_id AND c.status = 'approved'
            AND c.page_id = NEW.policy_id AND c.revision_id = NEW.revision_id
            AND c.kind = NEW.kind AND c.content_hash = NEW.content_hash
            AND NOT {has_dissent("c.id")}
            AND (c.kind = 'emergency' OR ({enough})))
            OR NEW.number <> 1 + COALESCE((SELECT MAX(v.number)
                FROM policies_policyversion v WHERE v.policy_id = NEW.policy_id), 0)""",
        message="A version enters the ledger only as it was approved.",
    )


def on_record(page: str) -> str:
    """SQL: a change of the page was approved, so the public relies on it."""
    return f"""EXISTS (SELECT 1 FROM policies_changerequest c
        WHERE c.page_id = {page} AND c.status = 'approved')"""


def is_policy(page: str) -> str:
    return f"""EXISTS (SELECT 1 FROM policies_policypage p
        WHERE p.page_ptr_id = {page})"""


def is_governed(page: str) -> str:
    return f"""({is_policy(page)}
        OR EXISTS (SELECT 1 FROM pages_treatmentpage t WHERE t.page_ptr_id = {page}))"""


def page_rules(sql: Dialect) -> Iterator[Condition]:
    is_not = sql.is_not
    yield Condition(
        name="live_page_is_approved",
        table="wagtailcore_page",
        event="UPDATE",
        when=f"""NEW.live AND {is_governed("NEW.id")} AND (
            NOT OLD.live OR OLD.title {is_not} NEW.title
            OR OLD.live_revision_id {is_not} NEW.live_revision_id)
            AND NOT EXISTS (SELECT 1 FROM policies_changerequest c
                WHERE c.page_id = NEW.id AND c.status = 'approved'
                AND c.revision_id = NEW.live_revision_id
                AND {sql.text_of("c.content", "title")} = NEW.title
                AND NOT EXISTS (SELECT 1 FROM policies_changerequest later
                    WHERE later.page_id = NEW.id AND later.status = 'approved'
                    AND later.revision_id = OLD.live_revision_id
                    AND later.id > c.id))""",
        message="A policy or treatment is public only with an approved text.",
    )
    yield Condition(
        name="page_on_record_stays",
        table="wagtailcore_page",
        event="UPDATE",
        when=f"""OLD.live AND {on_record("OLD.id")} AND (NOT NEW.live
            OR OLD.slug {is_not} NEW.slug OR OLD.url_path {is_not} NEW.url_path)""",
        message="A page on record stays public at its address.",
    )
    yield Condition(
        name="page_on_record_is_kept",
        table="wagtailcore_page",
        event="DELETE",
        when=on_record("OLD.id"),
        message="A page on record cannot be deleted.",
    )
    yield from draft_rules(sql)


def draft_rules(sql: Dialect) -> Iterator[Condition]:
    for table in ("policies_policypage", "pages_treatmentpage"):
        yield Condition(
            name=f"{table}_begins_as_draft",
            table=table,
            event="INSERT",
            when="""EXISTS (SELECT 1 FROM wagtailcore_page p
                WHERE p.id = NEW.page_ptr_id AND p.live)""",
            message="A policy or treatment begins as a draft.",
        )
    yield Condition(
        name="reference_is_permanent",
        table="policies_policypage",
        event="UPDATE",
        when=f"""OLD.reference {sql.is_not} NEW.reference
            AND {on_record("OLD.page_ptr_id")}""",
        message="The reference of a policy on record cannot change.",
    )


def treatment_text_rule(sql: Dialect) -> Condition:
    """Readers get treatments from their row, so the row must equal its revision."""
    differing = " OR ".join(
        [
            *(plain_differs(sql, name) for name in plain_columns()),
            *(stream_differs(sql, name) for name in TREATMENT_STREAM_FIELDS),
        ]
    )
    return Condition(
        name="treatment_text_is_approved",
        table="pages_treatmentpage",
        event="UPDATE",
        when=f"""EXISTS (SELECT 1 FROM wagtailcore_page p
            JOIN wagtailcore_revision r ON r.id = p.live_revision_id
            WHERE p.id = NEW.page_ptr_id AND p.live
            AND ({differing}))""",
        message="A treatment on record shows the text that was approved.",
    )


def plain_columns() -> list[str]:
    """The governed columns of the treatment's own table that hold one plain value."""
    fields = [
        name for name in TREATMENT_PLAIN_FIELDS if name not in COLUMNS_OF_EVERY_PAGE
    ]
    return [*fields, "specialty_id"]


def plain_differs(sql: Dialect, column: str) -> str:
    """SQL: the column differs from the revision, which may be older than the column."""
    row = f"CAST(NEW.{column} AS TEXT)"
    revision = sql.text_of("r.content", column.removesuffix("_id"))
    if column in FIELDS_ADDED:
        row, revision = f"COALESCE({row}, '')", f"COALESCE({revision}, '')"
    return f"{row} {sql.is_not} {revision}"


def stream_differs(sql: Dialect, column: str) -> str:
    """SQL: the column's blocks differ from the revision, which may have none yet."""
    revision = sql.text_of("r.content", column)
    if column in FIELDS_ADDED:
        revision = f"COALESCE({revision}, '[]')"
    return f"{sql.as_json(f'NEW.{column}')} {sql.is_not} {sql.as_json(revision)}"


def revision_rules(sql: Dialect) -> Iterator[Condition]:
    is_not = sql.is_not
    yield Condition(
        name="submitted_revision_is_sealed",
        table="wagtailcore_revision",
        event="UPDATE",
        when=f"""(OLD.content {is_not} NEW.content OR OLD.user_id {is_not} NEW.user_id
            OR OLD.object_id {is_not} NEW.object_id)
            AND EXISTS (SELECT 1 FROM policies_changerequest c
                WHERE c.revision_id = OLD.id)""",
        message="A submitted revision is sealed.",
    )


def document_rule(sql: Dialect) -> Condition:
    return Condition(
        name="document_on_record_is_kept",
        table="media_portaldocument",
        event="UPDATE",
        when=f"""(OLD.file {sql.is_not} NEW.file OR OLD.sha256 {sql.is_not} NEW.sha256)
            AND EXISTS (SELECT 1 FROM policies_versiondocument d
                WHERE d.document_id = OLD.id)""",
        message="A document of a version keeps its file.",
    )
