"""The staff screen “Cookie choices”."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.audit.recording import record
from portal.consent import report
from portal.consent.models import DailyTotal
from portal.consent.staff_forms import ReportForm, with_period
from portal.consent.views.access import EITHER, require
from portal.exports import FORMATS, download

VIEW = "consent.view_dailytotal"
PER_PAGE = 100


@require_safe
def choices_report(request: HttpRequest) -> HttpResponse:
    """How many said yes and no, per group, day and method."""
    require(request, VIEW, EITHER)
    form = ReportForm(report.groups(), with_period(request.GET))
    is_valid = form.is_valid()
    found = report.totals(form.cleaned_data) if is_valid else DailyTotal.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "form": form,
        "charts": report.charts(form.cleaned_data) if is_valid else [],
        "columns": report.COLUMNS,
        "rows": [report.row_of(total) for total in page],
        "page_obj": page,
        "query": query.urlencode(),
        "formats": FORMATS,
        "width": report.WIDTH,
        "height": report.HEIGHT,
    }
    status = 200 if is_valid else 422
    return render(request, "consent/staff/report.html", context, status=status)


@require_safe
def export_report(request: HttpRequest, file_format: str) -> FileResponse:
    """The same figures as a file."""
    require(request, VIEW, EITHER)
    form = ReportForm(report.groups(), with_period(request.GET))
    if file_format not in FORMATS or not form.is_valid():
        raise Http404("There is no such export.")
    wanted = form.cleaned_data
    name = f"cookie-choices-{wanted['since']}-{wanted['until']}.{file_format}"
    record("consent.exported", name=name)
    return download(name, lambda file: FORMATS[file_format](file, report.table(wanted)))
