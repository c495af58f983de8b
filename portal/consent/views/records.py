"""Staff screens: a choice by its reference, exports, and the end of old records."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.audit.recording import record
from portal.consent.models import ConsentDecision, ConsentEvent, PurgeRun
from portal.consent.own_record import ANSWER
from portal.consent.retention import EVENT_DAYS, REFUSAL_DAYS, expired, purge
from portal.consent.staff_forms import PeriodForm, ReferenceForm, with_period
from portal.consent.views.access import OFFICER, require
from portal.exports import FORMATS, Row, Table, download

VIEW, PURGE = "consent.view_consentevent", "consent.purge_consentevent"
CHUNK = 1000
COLUMNS = [
    *("Reference", "Date", "How", "Language", "Global Privacy Control", "Group"),
    *("Answer", "Before", "Notice", "SHA-256 of the notice", "SHA-256 of the words"),
]


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """One search field: the reference that a visitor names."""
    require(request, VIEW, OFFICER)
    form = ReferenceForm(request.GET if "reference" in request.GET else None)
    event = None
    if form.is_valid():
        wanted = ConsentEvent.objects.filter(reference=form.cleaned_data["reference"])
        event = wanted.select_related("notice").prefetch_related("decisions").first()
    context = {
        "form": form,
        "event": event,
        "decisions": decisions_of(event) if event else [],
        "period": PeriodForm(with_period(request.GET)),
        "formats": FORMATS,
        "expired": expired().count(),
        "last_run": PurgeRun.objects.first(),
        "may_purge": request.user.has_perm(PURGE),
        "event_days": EVENT_DAYS,
        "refusal_days": REFUSAL_DAYS,
    }
    return render(request, "consent/staff/records.html", context)


def decisions_of(event: ConsentEvent) -> list[dict[str, Any]]:
    """Each decision of an event with the words that were in front of the visitor."""
    return [
        {
            "group": decision.varname,
            "answer": ANSWER[decision.is_granted],
            "before": ANSWER[decision.was_granted],
            "told": event.notice.group(decision.varname),
            "hash": decision.wording_hash,
        }
        for decision in event.decisions.all()
    ]


@require_safe
def export_records(request: HttpRequest, file_format: str) -> FileResponse:
    """The choices of a period; the keyed hashes of visitors stay where they are."""
    require(request, VIEW, OFFICER)
    form = PeriodForm(with_period(request.GET))
    if file_format not in FORMATS or not form.is_valid():
        raise Http404("There is no such export.")
    wanted = form.cleaned_data
    name = f"cookie-records-{wanted['since']}-{wanted['until']}.{file_format}"
    record("consent.exported", name=name)
    return download(name, lambda file: FORMATS[file_format](file, table(wanted)))


def table(wanted: dict[str, Any]) -> Table:
    found = (
        ConsentDecision.objects.filter(
            event__created__date__range=(wanted["since"], wanted["until"])
        )
        .select_related("event__notice")
        .defer("event__notice__content")
        .order_by("event__created", "event_id", "varname")
    )

    def rows() -> Iterator[Row]:
        for decision in found.iterator(chunk_size=CHUNK):
            event = decision.event
            yield [
                event.reference,
                event.created,
                event.get_method_display(),
                event.language,
                ANSWER[event.gpc],
                decision.varname,
                ANSWER[decision.is_granted],
                ANSWER[decision.was_granted],
                event.notice.number,
                event.notice.content_hash,
                decision.wording_hash,
            ]

    return Table("Cookie records", COLUMNS, rows)


@transaction.non_atomic_requests
@require_POST
def purge_records(request: HttpRequest) -> HttpResponse:
    """Now, what the weekly job does; batch by batch, so that no choice waits for it."""
    require(request, PURGE, OFFICER)
    run = purge()
    messages.success(
        request, f"Deleted: {run.events} choices, {run.log_items} lines of the log."
    )
    return redirect("cookie-records:index")
