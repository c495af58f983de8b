"""Which policies name a clinical code."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from policies.codes import code_key
from policies.history import with_end
from policies.models import PolicyVersion, VersionCode
from portal.api.answers import Data, public_data
from portal.api.paging import next_address, part_of
from portal.api.parameters import AFTER_REFERENCE, CODE, LIMIT, SYSTEM, SYSTEMS
from portal.api.representations import codes_data, version_summary


@public_data(SYSTEM, CODE, AFTER_REFERENCE, LIMIT, schema="PoliciesByCode")
def codes(
    request: HttpRequest, *, system: str, code: str, after: str | None, limit: int
) -> Data:
    """Policies in force that name the code, each with what it says of it."""
    system_name = SYSTEMS[system]
    naming = VersionCode.objects.filter(
        version=OuterRef("pk"), system=system_name, key=code_key(code)
    )
    versions = PolicyVersion.objects.applying().filter(Exists(naming))
    if after:
        versions = versions.filter(reference__gt=after.upper())
    rows, has_more = part_of(with_end(versions).order_by("reference"), limit)
    return {
        "items": [
            {
                **version_summary(version),
                "codes": [
                    entry
                    for entry in codes_data(version.text)
                    if entry["system"] == system_name
                    and code_key(entry["code"]) == code_key(code)
                ],
            }
            for version in rows
        ],
        "next": next_address(request, "after", rows[-1].reference)
        if has_more
        else None,
    }
