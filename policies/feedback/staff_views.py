"""The screen on which staff read what readers say."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from policies.feedback.models import Feedback
from policies.feedback.report import (
    TABLES,
    FeedbackFilterForm,
    counts,
    entries,
    name_of,
    readable_feedback,
    readable_kinds,
    with_names,
)
from policies.stages import GOVERNANCE_LEAD, POLICY_AUTHOR, TREATMENT_EDITOR
from portal.accounts.requests import StaffRequest
from portal.audit.recording import record
from portal.exports import FORMATS, download
from portal.refusals import Refusal

ENTRIES_PER_PAGE = 50
PAGES_COUNTED = 20


def require_reader(request: StaffRequest) -> None:
    if not readable_kinds(request.user):
        raise Refusal(
            "This is for people with one of the roles "
            f"{GOVERNANCE_LEAD}, {POLICY_AUTHOR}, {TREATMENT_EDITOR}."
        )


@require_safe
def feedback_report(request: StaffRequest) -> HttpResponse:
    """What readers say: counts per page, and every answer."""
    require_reader(request)
    form = FeedbackFilterForm(request.GET)
    is_valid = form.is_valid()
    found = (
        entries(request.user, form.cleaned_data)
        if is_valid
        else Feedback.objects.none()
    )
    page = Paginator(with_names(found), ENTRIES_PER_PAGE).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "page_title": "Feedback",
        "form": form,
        "page_obj": page,
        "rows": [{"feedback": row, "name": name_of(row)} for row in page],
        "counts": list(counts(found)[:PAGES_COUNTED]),
        "pages_counted": PAGES_COUNTED,
        "query": query.urlencode(),
        "tables": TABLES,
        "formats": FORMATS,
    }
    return render(
        request, "feedback/report.html", context, status=200 if is_valid else 422
    )


@require_safe
def export_feedback(
    request: StaffRequest, table: str, file_format: str
) -> FileResponse:
    """What the filter names, as a file."""
    require_reader(request)
    form = FeedbackFilterForm(request.GET)
    if table not in TABLES or file_format not in FORMATS or not form.is_valid():
        raise Http404("There is no such export.")
    name = f"{table}-{timezone.localdate().isoformat()}.{file_format}"
    found = entries(request.user, form.cleaned_data)
    record("feedback.exported", name=name)
    return download(name, lambda file: FORMATS[file_format](file, TABLES[table](found)))


@require_POST
@transaction.atomic
def deal_with_feedback(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark feedback as dealt with, or open it again; both are on record."""
    require_reader(request)
    readable = readable_feedback(request.user)
    feedback = get_object_or_404(readable.select_for_update(of=("self",)), pk=pk)
    is_done = request.POST.get("done") == "yes"
    if feedback.is_open == is_done:
        mark(feedback, request.user if is_done else None)
        messages.success(
            request, "Marked as dealt with." if is_done else "Opened again."
        )
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return redirect(f"{reverse('feedback_report')}?{query}")


def mark(feedback: Feedback, person: Any) -> None:
    feedback.dealt_with_by = person
    feedback.dealt_with_on = timezone.localdate() if person else None
    feedback.save(update_fields=["dealt_with_by", "dealt_with_on"])
    record(
        "feedback.dealt_with" if person else "feedback.reopened",
        subject=feedback,
        name=f"{name_of(feedback)}, feedback {feedback.pk}",
    )
