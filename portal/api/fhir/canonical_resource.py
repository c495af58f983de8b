"""What both FHIR resources of a version say: identity, status, period, codes.

R4, the release that the NHS in England works with.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from policies.blocks import CodeSystem
from policies.criteria.tree import Criterion, Group
from policies.history import period_of
from policies.models import PolicyVersion
from policies.text import PolicyText
from portal.api.representations import api_address, moment
from portal.templatetags.portal import public_address, site_brand

Resource = dict[str, Any]

SYSTEM_ADDRESSES = {
    CodeSystem.OPCS4: "https://fhir.hl7.org.uk/CodeSystem/OPCS-4",
    CodeSystem.ICD10: "http://hl7.org/fhir/sid/icd-10",
    CodeSystem.SNOMED: "http://snomed.info/sct",
}
UNITED_KINGDOM = {
    "coding": [{"system": "urn:iso:std:iso:3166", "code": "GB", "display": "UK"}]
}


def canonical_resource(kind: str, version: PolicyVersion) -> Resource:
    """The elements of every canonical resource."""
    reference = version.reference.lower()
    period = period_of(version)
    is_current = period.end is None
    lasting = {"start": moment(period.start), "end": moment(period.end)}
    return {
        "resourceType": kind,
        "id": f"{reference}-{version.number}",
        # The same for all versions; `version` tells them apart.
        "url": api_address(f"current_{kind}", reference),
        "version": version.label,
        "name": f"Policy_{reference.upper().replace('-', '_')}",
        "title": f"{version.title} ({version.reference})",
        "status": "active" if is_current else "retired",
        "date": moment(period.start),
        "publisher": site_brand().organisation_name,
        "description": version.lay_summary,
        "jurisdiction": [UNITED_KINGDOM],
        "effectivePeriod": {name: at for name, at in lasting.items() if at},
    }


def codings(text: PolicyText, *, included: bool) -> list[dict[str, str]]:
    """The codes that the policy names, as FHIR writes them."""
    return [
        {
            "system": SYSTEM_ADDRESSES[CodeSystem(code["system"])],
            "code": code["code"],
            **({"display": code["meaning"]} if code["meaning"] else {}),
        }
        for code in text.codes
        if code["is_included"] is included
    ]


def our_definition(name: str) -> str:
    """The address of a definition of ours; the page on the data explains it there."""
    return f"{public_address(reverse('api:about'))}#{name}"


def numbered(
    members: tuple[Group | Criterion, ...], parent: str = ""
) -> Iterator[tuple[str, Group | Criterion]]:
    """Each member with its number as the page shows it: 1, 2, and 2.1 below 2."""
    for position, member in enumerate(members, start=1):
        yield f"{parent}.{position}" if parent else str(position), member


def identity(node: Group | Criterion, number: str) -> str:
    """The id that a criterion keeps between versions, or its number without one."""
    return node.node_id or f"criterion-{number or 'all'}"
