"""The visitor's own record: what the key in the browser opens, nobody else's."""

from collections.abc import Iterator
from typing import Any

from django.db import Error as DatabaseFailure
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from portal.audit.recording import record
from portal.consent.choices import current_choices
from portal.consent.identity import drop_key, key_of, subject_of
from portal.consent.models import (
    ConsentDecision,
    ConsentErasure,
    ConsentEvent,
    Method,
)
from portal.consent.notices import declaration_of
from portal.consent.package import process
from portal.consent.recording import (
    Circumstances,
    circumstances_of,
    latest_notice,
    write_event,
)
from portal.exports import Row, Table

COLUMNS = ["Reference", "Date", "How", "Group", "Answer", "Before", "Notice", "Hash"]
ANSWER = {True: "Yes", False: "No", None: "Not decided"}


class ErasureFailed(Exception):
    """The record could not be removed, so it is all still there."""


def own_events(request: HttpRequest) -> QuerySet[ConsentEvent]:
    """Newest first; nothing without a key."""
    subject = subject_of(key_of(request))
    if not subject:
        return ConsentEvent.objects.none()
    return (
        ConsentEvent.objects.filter(subject=subject)
        .select_related("notice")
        .prefetch_related("decisions")
    )


def as_data(events: QuerySet[ConsentEvent]) -> dict[str, Any]:
    """Everything on record about the visitor, with the words that were shown."""
    return {"choices": [event_data(event) for event in events]}


def event_data(event: ConsentEvent) -> dict[str, Any]:
    return {
        "reference": event.reference,
        "date": event.created.isoformat(),
        "how": event.get_method_display(),
        "language": event.language,
        "global_privacy_control": event.gpc,
        "notice": {
            "number": event.notice.number,
            "sha256": event.notice.content_hash,
            "published": event.notice.published_at.isoformat(),
            "wording": event.notice.content["wording"],
        },
        "decisions": [
            {
                "group": decision.varname,
                "accepted": decision.is_granted,
                "accepted_before": decision.was_granted,
                "what_you_were_told": event.notice.group(decision.varname),
                "sha256": decision.wording_hash,
            }
            for decision in event.decisions.all()
        ],
    }


def table(events: QuerySet[ConsentEvent]) -> Table:
    def rows() -> Iterator[Row]:
        for event in events:
            for decision in event.decisions.all():
                yield [
                    event.reference,
                    event.created,
                    event.get_method_display(),
                    decision.varname,
                    ANSWER[decision.is_granted],
                    ANSWER[decision.was_granted],
                    event.notice.number,
                    decision.wording_hash,
                ]

    return Table("Cookie choices", COLUMNS, rows)


def erase(request: HttpRequest, response: HttpResponseBase) -> None:
    """Remove the events of the key and the key; withdraw what they had allowed.

    The totals stay. That somebody erased a record is kept, without whose it was.
    """
    subject = subject_of(key_of(request))
    accepted = dict.fromkeys(current_choices(request).accepted, False)
    said = circumstances_of(request)
    try:
        with transaction.atomic():
            erase_events(subject)
            write_event(
                latest_notice(),
                accepted,
                before=dict.fromkeys(accepted, True),
                subject="",
                circumstances=Circumstances(Method.ERASURE, gpc=said.gpc),
            )
            record("consent.erased", by_visitor=True)
            cookies = process(request, accepted, declaration_of(request))
    except DatabaseFailure:
        raise ErasureFailed from None
    response.cookies.update(cookies)
    drop_key(response)


def erase_events(subject: str) -> None:
    """The marker lets the database's rule pass, and is gone with the transaction."""
    if not subject:
        return
    marker = ConsentErasure.objects.create(subject=subject)
    ConsentDecision.objects.filter(event__subject=subject).delete()
    ConsentEvent.objects.filter(subject=subject).delete()
    marker.delete()
