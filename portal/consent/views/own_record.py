"""The visitor's own record under /cookies/record/: see it, take it along, erase it."""

import json
from typing import IO

from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal.consent.identity import key_of
from portal.consent.models import ConsentEvent
from portal.consent.own_record import (
    ANSWER,
    ErasureFailed,
    as_data,
    erase,
    own_events,
    table,
)
from portal.consent.throttle import is_too_much
from portal.exports import download, write_csv

TEMPLATE = "consent/record_page.html"
SEE_OTHER = 303
NOT_ERASED = (
    "We could not erase your record. It is unchanged. Try again in a few minutes."
)


@require_safe
def record_page(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, *, failure: str = "", status: int = 200) -> HttpResponse:
    context = {
        "events": [
            {
                "event": event,
                "decisions": [
                    {
                        "group": (event.notice.group(decision.varname) or {}).get(
                            "name"
                        )
                        or decision.varname,
                        "answer": ANSWER[decision.is_granted],
                    }
                    for decision in event.decisions.all()
                ],
            }
            for event in own_events(request)
        ],
        "has_key": bool(key_of(request)),
        "is_erased": "erased" in request.GET and not key_of(request),
        "failure": failure,
    }
    return render(request, TEMPLATE, context, status=status)


@require_safe
def download_record(request: HttpRequest, file_format: str) -> FileResponse:
    """All that the key opens, as JSON or for a spreadsheet."""
    if not key_of(request):
        raise Http404("This browser holds no key to a record.")
    events = own_events(request)
    if file_format == "json":
        return download("cookie-choices.json", lambda file: write_json(file, events))
    return download("cookie-choices.csv", lambda file: write_csv(file, table(events)))


def write_json(file: IO[bytes], events: QuerySet[ConsentEvent]) -> None:
    file.write(json.dumps(as_data(events), ensure_ascii=False, indent=2).encode())


@require_POST
def erase_record(request: HttpRequest) -> HttpResponse:
    address = f"{reverse('consent_record')}?erased=yes"
    response = HttpResponseRedirect(address, status=SEE_OTHER)
    if not key_of(request):
        return response
    if is_too_much(request):
        return show(request, failure=NOT_ERASED, status=429)
    try:
        erase(request, response)
    except ErasureFailed:
        return show(request, failure=NOT_ERASED, status=503)
    return response
