from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portal.languages import active_language
from portal.search import zero_results
from portal.search.filters import chosen_values, filters, narrowed, questions
from portal.search.finding import Found, find, near_names
from portal.search.marking import marked
from portal.search.matching import MOST
from portal.search.models import SearchEntry
from portal.search.results import Result, results_of
from portal.search.words import Query, cleaned

RESULTS_PER_PAGE = 20
LONGEST_SUMMARY = 220


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search/?q=`: always a page, never a dead end; 400 says what to change."""
    query = cleaned(request.GET.get("q", ""))
    context: dict[str, Any] = {
        "query": query.text,
        "is_cut": query.is_cut,
        "error": error_in(request),
        "breadcrumbs": [
            {"title": gettext("Home"), "url": reverse("wagtail_serve", args=[""])}
        ],
    }
    if context["error"]:
        return TemplateResponse(request, "search/results.html", context, status=400)
    if query.words:
        context.update(answer(request, query))
    response = TemplateResponse(request, "search/results.html", context)
    if query.words and not context["found"].matches:
        # Each search without result is counted, so none is answered from a cache.
        response.headers["Cache-Control"] = "private, no-store"
    return response


def answer(request: HttpRequest, query: Query) -> dict[str, Any]:
    """The results of one screen and the ways to narrow them; or the nearest names."""
    entries = SearchEntry.objects.current().speaking(active_language().code)
    found = find(entries, query)
    asked = questions(found.matches, entries)
    chosen = chosen_values(request.GET, [question.parameter for question in asked])
    matches = narrowed(found.matches, asked, chosen)
    paginator = Paginator(matches, RESULTS_PER_PAGE)
    page_obj = paginator.get_page(request.GET.get("p"))
    results = results_of(list(page_obj.object_list), query.words)
    if not found.matches and request.method == "GET" and not chosen:
        zero_results.count(query)
    return {
        "found": found,
        "filters": filters(found.matches, asked, query.text, chosen),
        "is_filtered": bool(chosen),
        "is_more": len(found.matches) >= MOST,
        "page_obj": page_obj,
        "total": paginator.count,
        "results": [shown(result, found) for result in results],
        "suggestions": []
        if found.matches
        else results_of(near_names(entries, query.words)),
    }


def shown(result: Result, found: Found) -> dict[str, Any]:
    """A result with the words marked that it was found by."""
    summary = Truncator(result.summary).chars(LONGEST_SUMMARY)
    return {
        "result": result,
        "title": marked(result.title, found.groups),
        "summary": marked(summary, found.groups),
    }


def error_in(request: HttpRequest) -> str:
    """What is wrong with the request, in one sentence; empty when nothing is."""
    language = request.GET.get("lang", "")
    known = {code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES} | {"en", ""}
    if language not in known:
        return gettext(
            "This site cannot search in that language yet. Search in English."
        )
    return ""
