"""The report on page counts in Wagtail's admin."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.audit.recording import record
from portal.exports import FORMATS, download
from portal.refusals import Refusal
from portal.statistics.report import PeriodForm, report, table


def may_see(user: Any) -> bool:
    return user.has_perm("statistics.view_dailypagecount")


def require_permission(request: HttpRequest) -> None:
    if not may_see(request.user):
        raise Refusal("None of your roles shows you the page statistics.")


@require_safe
def page_statistics(request: HttpRequest) -> HttpResponse:
    """How often each kind of page was read, day by day."""
    require_permission(request)
    form = PeriodForm(request.GET)
    is_valid = form.is_valid()
    context = {
        "page_title": "Page statistics",
        "form": form,
        "report": report(form.cleaned_data) if is_valid else None,
        "period": form.cleaned_data if is_valid else None,
        "formats": FORMATS if is_valid else [],
        "query": request.GET.urlencode(),
    }
    return render(
        request, "statistics/report.html", context, status=200 if is_valid else 422
    )


@require_safe
def export_page_statistics(request: HttpRequest, file_format: str) -> FileResponse:
    """The numbers of the period as a file."""
    require_permission(request)
    form = PeriodForm(request.GET)
    if file_format not in FORMATS or not form.is_valid():
        raise Http404("There is no such export.")
    days = [form.cleaned_data[name].isoformat() for name in ("since", "until")]
    name = f"pages-read-{'-to-'.join(days)}.{file_format}"
    record("governance.exported", name=name)
    return download(
        name, lambda file: FORMATS[file_format](file, table(form.cleaned_data))
    )
