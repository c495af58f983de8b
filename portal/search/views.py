from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.search.query import MAXIMUM_LENGTH, QueryTooLong, words_of
from portal.search.results import results_of, search

RESULTS_PER_PAGE = 20


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search/?q=`: always a page, never a dead end; 400 says what to change."""
    query = request.GET.get("q", "")
    context: dict[str, Any] = {
        "query": query,
        "error": "",
        "results": [],
        "page_obj": None,
        "total": 0,
        "breadcrumbs": [{"title": "Home", "url": "/"}],
    }
    error = error_in(request, query)
    if error:
        context["error"] = error
        return TemplateResponse(request, "search/results.html", context, status=400)
    words = words_of(query)
    if words:
        page_obj = Paginator(search(words), RESULTS_PER_PAGE).get_page(
            request.GET.get("p")
        )
        context.update(
            page_obj=page_obj,
            total=page_obj.paginator.count,
            results=results_of(list(page_obj.object_list)),
        )
    return TemplateResponse(request, "search/results.html", context)


def error_in(request: HttpRequest, query: str) -> str:
    """What is wrong with the request, in one sentence; empty when nothing is."""
    language = request.GET.get("lang", "")
    known = {code for code, _name in settings.LANGUAGES} | {"en", ""}
    if language not in known:
        return "This site cannot search in that language yet. Search in English."
    try:
        words_of(query)
    except QueryTooLong:
        return f"Your search is too long. Use at most {MAXIMUM_LENGTH} characters."
    return ""
