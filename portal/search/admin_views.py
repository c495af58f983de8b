"""The report of searches that found nothing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.audit.recording import record
from portal.exports import FORMATS, download
from portal.search import zero_results

ROWS_PER_PAGE = 100
MAY_SEE = "search.view_zeroresult"


def require_permission(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied


@require_safe
def words_without_result(request: HttpRequest) -> HttpResponse:
    """What readers typed and nothing was called."""
    require_permission(request)
    page = Paginator(zero_results.totals(), ROWS_PER_PAGE).get_page(
        request.GET.get("p")
    )
    context: dict[str, Any] = {
        "page_title": "Searches without result",
        "page_obj": page,
        "kept_days": zero_results.KEPT_DAYS,
        "formats": FORMATS,
        "may_add_synonym": request.user.has_perm("search.add_synonym"),
    }
    return render(request, "search/admin/words_without_result.html", context)


@require_safe
def export_words(request: HttpRequest, file_format: str) -> FileResponse:
    """The same as a file."""
    require_permission(request)
    if file_format not in FORMATS:
        raise Http404("There is no such export.")
    name = f"searches-without-result-{timezone.localdate().isoformat()}.{file_format}"
    record("governance.exported", name=name)
    write = FORMATS[file_format]
    return download(name, lambda file: write(file, zero_results.table()))
