"""The shapes of all answers as JSON schemas. A member that is not named is not sent."""

from typing import Any

from policies.criteria.blocks import Comparison, CriterionKind, Rule
from policies.history import STATES
from policies.models import ChangeKind, ChangeType
from policies.models.pages import DateThatCounts
from policies.positions import FundingRoute, Position
from policies.status import PolicyStatus
from portal.api.parameters import SYSTEMS
from portal.media.models import DocumentKind

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def record(**members: Schema) -> Schema:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(choices: Any) -> Schema:
    return {"type": "string", "enum": [str(value) for value in choices.values]}


def listing(item: str) -> Schema:
    return record(items=many(ref(item)), next=or_null(ADDRESS))


def labelled(choices: Any) -> Schema:
    return record(code=one_of(choices), label=TEXT)


def extended(base: Schema, **members: Schema) -> Schema:
    return record(**base["properties"], **members)


VERSION_SUMMARY = record(
    reference=TEXT,
    title=TEXT,
    number=NUMBER,
    version=TEXT,
    status=one_of(PolicyStatus),
    state={"type": "string", "enum": STATES},
    is_current=FLAG,
    applies=FLAG,
    in_force_from=MOMENT,
    in_force_until=or_null(MOMENT),
    position=or_null(ref("Position")),
    lay_summary=or_null(TEXT),
    kind=one_of(ChangeKind),
    change_type=one_of(ChangeType),
    change_note=TEXT,
    correction_notice=TEXT,
    wrong_since=or_null(DAY),
    sha256=HASH,
    address=ADDRESS,
    policy_address=ADDRESS,
    data=ADDRESS,
    policy_data=ADDRESS,
)
CODE = record(
    system={"type": "string", "enum": [str(name) for name in SYSTEMS.values()]},
    edition=TEXT,
    code=TEXT,
    meaning=TEXT,
    is_included=FLAG,
    note=TEXT,
)
VERSION_TEXT = record(
    specialty=TEXT,
    owner=TEXT,
    predecessors=TEXT,
    local_label=TEXT,
    funding_route=labelled(FundingRoute),
    date_that_counts=labelled(DateThatCounts),
    transitional_rule=TEXT,
    review_due=TEXT,
    sections=many(record(name=TEXT, label=TEXT, html=TEXT)),
    criteria=or_null(ref("Group")),
    codes=many(ref("Code")),
    evidence=many(record(citation=TEXT, address=TEXT, last_checked_on=or_null(DAY))),
    documents=many(
        record(
            title=TEXT,
            kind=one_of(DocumentKind),
            language=TEXT,
            format=TEXT,
            pages=or_null(NUMBER),
            size=or_null(NUMBER),
            sha256=TEXT,
            address=ADDRESS,
        )
    ),
    treatments=many(record(title=TEXT, data=ADDRESS)),
    related_policies=many(TEXT),
    ratifying_bodies=many(TEXT),
)
GROUP = record(
    type={"const": "group"},
    id=TEXT,
    rule=one_of(Rule),
    rule_words=TEXT,
    minimum=or_null(NUMBER),
    heading=TEXT,
    members=many({"anyOf": [ref("Group"), ref("Criterion")]}),
)
CRITERION = record(
    type={"const": "criterion"},
    id=TEXT,
    kind=one_of(CriterionKind),
    text=TEXT,
    unless=TEXT,
    lay_wording=TEXT,
    help_for_clinicians=TEXT,
    evidence_needed=TEXT,
    quantities=many(
        record(measure=TEXT, comparison=one_of(Comparison), number=TEXT, unit=TEXT)
    ),
)
TREATMENT = record(
    slug=TEXT,
    title=TEXT,
    other_names=many(TEXT),
    summary=TEXT,
    specialty=or_null(TEXT),
    body_area=TEXT,
    area_note=TEXT,
    last_reviewed_on=or_null(DAY),
    review_due_on=or_null(DAY),
    policies=many(
        record(
            reference=TEXT,
            title=TEXT,
            position=ref("Position"),
            lay_summary=TEXT,
            data=ADDRESS,
        )
    ),
    address=ADDRESS,
    data=ADDRESS,
)
# FHIR has its own published schemas; here only what makes a resource one.
FHIR_RESOURCE = {
    "type": "object",
    "properties": {
        "resourceType": {"enum": ["PlanDefinition", "Questionnaire"]},
        "url": ADDRESS,
        "status": {"enum": ["active", "retired"]},
    },
    "required": ["resourceType", "url", "status", "version"],
}
PROBLEM = {
    "type": "object",
    "properties": {"title": TEXT, "status": NUMBER, "detail": TEXT, "parameter": TEXT},
    "required": ["title", "status", "detail"],
}

SCHEMAS: dict[str, Schema] = {
    "Policies": listing("VersionSummary"),
    "Versions": listing("VersionSummary"),
    "VersionSummary": VERSION_SUMMARY,
    "Version": extended(
        VERSION_SUMMARY,
        status_reason=TEXT,
        superseded_by=TEXT,
        text=or_null(ref("VersionText")),
    ),
    "VersionText": VERSION_TEXT,
    "Position": record(
        code=one_of(Position), label=TEXT, patient_label=TEXT, patient_sentence=TEXT
    ),
    "Day": record(reference=TEXT, date=DAY, is_over=FLAG, items=many(ref("Version"))),
    "CriteriaOfVersion": record(
        version=ref("VersionSummary"), criteria=or_null(ref("Group"))
    ),
    "Group": GROUP,
    "Criterion": CRITERION,
    "Code": CODE,
    "PoliciesByCode": listing("VersionWithCodes"),
    "VersionWithCodes": extended(VERSION_SUMMARY, codes=many(ref("Code"))),
    "Treatments": listing("Treatment"),
    "Treatment": TREATMENT,
    "TreatmentInFull": extended(
        TREATMENT,
        sections=many(record(name=TEXT, label=TEXT, text=TEXT)),
        risks=many(
            record(
                name=TEXT,
                medical_name=TEXT,
                explanation=TEXT,
                people_affected=or_null(NUMBER),
                out_of=NUMBER,
            )
        ),
    ),
    "FhirResource": FHIR_RESOURCE,
    "Problem": PROBLEM,
}
