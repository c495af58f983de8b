"""The register: every version of every policy that is or was in force, row by row.

It is read in many short questions, so that a slow reader holds no connection, and it
is the register of one moment: the ledger only grows, so later rows are left out.
"""

import datetime
from collections.abc import Iterator

from django.db.models import Count, Max

from policies.history import not_overtaken, period_of, state_today, with_end
from policies.models import PolicyPage, PolicyVersion
from policies.models.versions import PolicyVersionQuerySet
from portal.exports import Row
from portal.templatetags.portal import public_address

POLICIES_AT_ONCE = 50

COLUMNS = [
    *("reference", "number", "version", "title", "status", "applies"),
    *("in_force_from", "in_force_until", "position", "local_label"),
    *("funding_route", "owner", "specialty", "lay_summary", "codes_included"),
    *("codes_excluded", "kind", "change_type", "change_note", "correction_notice"),
    *("wrong_since", "sha256", "address"),
]


def state_of(entries: PolicyVersionQuerySet) -> tuple[int, datetime.datetime | None]:
    """How many entries took effect and when the last one did: it changes with them."""
    state = entries.order_by().aggregate(
        count=Count("pk"), latest=Max("effective_from")
    )
    return state["count"], state["latest"]


def register_rows(at: datetime.datetime) -> Iterator[Row]:
    """Every version in force at `at` or before, by reference and number."""
    keys = list(
        PolicyPage.objects.filter(versions__effective_from__lte=at)
        .order_by("reference")
        .distinct()
        .values_list("pk", flat=True)
    )
    for start in range(0, len(keys), POLICIES_AT_ONCE):
        chunk = keys[start : start + POLICIES_AT_ONCE]
        versions = with_end(not_overtaken(), at).filter(
            policy__in=chunk, effective_from__lte=at
        )
        for version in versions.order_by("reference", "number"):
            yield register_row(version)


def register_row(version: PolicyVersion) -> Row:
    """One version; one that says the policy has ended brings no text."""
    period = period_of(version)
    return [
        version.reference,
        version.number,
        version.label,
        version.title,
        state_today(version),
        version.applies and period.end is None,
        period.start,
        period.end,
        *(text_cells(version) if version.applies else [None] * TEXT_CELLS),
        version.kind,
        version.change_type,
        version.change_note,
        version.correction_notice,
        version.wrong_since,
        version.content_hash,
        public_address(version.get_absolute_url()),
    ]


TEXT_CELLS = COLUMNS.index("kind") - COLUMNS.index("position")


def text_cells(version: PolicyVersion) -> Row:
    text = version.text
    return [
        text.position_label,
        text.local_label,
        text.funding_route_label,
        text.owner,
        text.specialty_name,
        version.lay_summary,
        codes_of(version, included=True),
        codes_of(version, included=False),
    ]


def codes_of(version: PolicyVersion, *, included: bool) -> str:
    return "; ".join(
        f"{code['system']} {code['code']}"
        for code in version.text.codes
        if code["is_included"] is included
    )
