"""How a choice becomes evidence: the event, its decisions and the totals of the day."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from portal.consent.models import ConsentDecision, ConsentEvent, CookieNotice, Method
from portal.evidence.canonical import content_hash

# What a form or the script may say; the others the portal finds out itself.
SAID = {Method.BANNER, Method.PAGE, Method.PLACEHOLDER}
# One statement for any number of groups, and nobody waits for a row to be read first.
ADD_TO_TOTALS = """
    INSERT INTO consent_dailytotal (day, varname, method, granted, refused)
    VALUES {rows}
    ON CONFLICT (day, varname, method) DO UPDATE SET
        granted = consent_dailytotal.granted + excluded.granted,
        refused = consent_dailytotal.refused + excluded.refused
"""


@dataclass(frozen=True)
class Circumstances:
    """How a choice was made, as far as it is kept: nothing of it points to a person."""

    method: str = Method.PAGE_WITHOUT_SCRIPT
    gpc: bool = False
    choice_id: uuid.UUID | None = None
    notice_number: int | None = None
    language: str = field(default_factory=lambda: get_language() or "en-gb")


def circumstances_of(request: HttpRequest) -> Circumstances:
    """From the form or the script; what is not well formed counts as not said."""
    method = request.POST.get("method", "")
    number = request.POST.get("notice", "")
    try:
        choice_id = uuid.UUID(request.POST.get("choice_id", ""))
    except ValueError:
        choice_id = None
    return Circumstances(
        method=method if method in SAID else Method.PAGE_WITHOUT_SCRIPT,
        gpc=has_global_privacy_control(request),
        choice_id=choice_id,
        notice_number=int(number) if number.isdecimal() and len(number) < 10 else None,
    )


def has_global_privacy_control(request: HttpRequest) -> bool:
    return request.headers.get("Sec-GPC", "").strip() == "1"


def write_event(
    notice: CookieNotice,
    decisions: Mapping[str, bool],
    *,
    before: Mapping[str, bool],
    subject: str,
    circumstances: Circumstances,
) -> ConsentEvent:
    """Add event, decisions and totals, in the transaction of the caller."""
    event = ConsentEvent.objects.create(
        notice=notice,
        subject=subject,
        method=circumstances.method,
        gpc=circumstances.gpc,
        choice_id=circumstances.choice_id,
        language=circumstances.language,
    )
    ConsentDecision.objects.bulk_create(
        ConsentDecision(
            event=event,
            varname=varname,
            is_granted=is_granted,
            was_granted=before.get(varname),
            wording_hash=wording_hash(notice, varname),
        )
        for varname, is_granted in sorted(decisions.items())
    )
    add_to_totals(circumstances.method, decisions)
    return event


def latest_notice() -> CookieNotice:
    return CookieNotice.objects.latest("number")


def wording_hash(notice: CookieNotice, varname: str) -> str:
    """Of what the notice says about a group; a group it does not name has its name."""
    return content_hash(notice.group(varname) or {"varname": varname})


def add_to_totals(method: str, decisions: Mapping[str, bool]) -> None:
    if not decisions:
        return
    day = timezone.localdate()
    values: list[Any] = []
    for varname, is_granted in sorted(decisions.items()):
        values += [day, varname, method, int(is_granted), int(not is_granted)]
    rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(decisions))
    with connection.cursor() as cursor:
        cursor.execute(ADD_TO_TOTALS.format(rows=rows), values)


def recorded_decisions(choice_id: uuid.UUID | None) -> dict[str, bool]:
    """What the same click said when it arrived before: doubled, or its answer lost."""
    if choice_id is None:
        return {}
    return dict(
        ConsentDecision.objects.filter(event__choice_id=choice_id).values_list(
            "varname", "is_granted"
        )
    )
