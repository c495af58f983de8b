from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.search.finding import find
from portal.search.models import SearchEntry
from portal.search.results import results_of
from portal.search.words import cleaned

RESULTS_PER_PAGE = 20


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search/?q=`: always a page, never a dead end; 400 says what to change."""
    query = cleaned(request.GET.get("q", ""))
    context: dict[str, Any] = {
        "query": query.text,
        "is_cut": query.is_cut,
        "error": error_in(request),
        "breadcrumbs": [{"title": "Home", "url": "/"}],
    }
    if context["error"]:
        return TemplateResponse(request, "search/results.html", context, status=400)
    if query.words:
        found = find(SearchEntry.objects.current(), query)
        page_obj = Paginator(found.matches, RESULTS_PER_PAGE).get_page(
            request.GET.get("p")
        )
        context.update(
            page_obj=page_obj,
            total=page_obj.paginator.count,
            corrected=found.corrected,
            results=results_of(page_obj.object_list),
        )
    return TemplateResponse(request, "search/results.html", context)


def error_in(request: HttpRequest) -> str:
    """What is wrong with the request, in one sentence; empty when nothing is."""
    language = request.GET.get("lang", "")
    known = {code for code, _name in settings.LANGUAGES} | {"en", ""}
    if language not in known:
        return "This site cannot search in that language yet. Search in English."
    return ""
