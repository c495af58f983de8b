"""What a refusal becomes: one page, its status, a line on record, all rolled back."""

import re
from collections.abc import Callable
from typing import Any
from unicodedata import category
from zlib import crc32

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import InvalidPage
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch
from django.utils.datastructures import MultiValueDictKeyError
from modelsearch.backends.base import FilterFieldError

from portal.accounts.roles import ENTER_ADMIN
from portal.audit.recording import record
from portal.cache.pages import IS_AWAY
from portal.edits.answers import ask_to_choose
from portal.edits.conflicts import EditConflict
from portal.errors import unavailable
from portal.refusals import Refusal

INCOMPLETE = "The form arrived incomplete, so nothing was saved."
NO_PAGE = "The list has no page of that number."
# What Wagtail's screens make of addresses and forms that none of them sends.
BROKEN: dict[type[Exception], str] = {
    MultiValueDictKeyError: INCOMPLETE,
    InvalidPage: NO_PAGE,
    NoReverseMatch: "The address says to go on at a place that is not here.",
    FilterFieldError: "The list cannot be searched by words and by tag at once.",
}
REDIRECT_IMPORT = "/admin/redirects/import/process/"
STAFF_GROUND = ("/admin/", "/django-admin/")
LONGEST_SEARCH = 200
PAGE_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


def note_refusal(request: HttpRequest, refusal: Refusal) -> None:
    """Staff who are refused are on record: once a minute for the same request."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return
    key = f"refused:{user.pk}:{request.method}:{crc32(request.path.encode())}"
    if cache.add(key, True, timeout=60):
        record("refused", name=request.path, reason=str(refusal))


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer: the sentences on a page, or as JSON for a script that asks."""
    note_refusal(request, refusal)
    if wants_json(request):
        return JsonResponse(
            {
                "success": False,
                "error_code": "refused",
                "error_message": str(refusal),
            },
            status=403,
        )
    is_in_admin = request.path.startswith("/admin/") and request.user.has_perm(
        ENTER_ADMIN
    )
    template = "refused_admin.html" if is_in_admin else "403.html"
    return render(request, template, {"reasons": refusal.reasons}, status=403)


def wants_json(request: HttpRequest) -> bool:
    return (
        "application/json" in request.headers.get("Accept", "")
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
    )


def answer_broken_form(request: HttpRequest, reason: str) -> HttpResponse:
    """Status 400: what arrived is no form or address that any of our pages makes."""
    if wants_json(request):
        answer = {"success": False, "error_code": "broken", "error_message": reason}
        return JsonResponse(answer, status=400)
    return render(request, "400.html", {"reason": reason}, status=400)


class SecurityHeadersMiddleware:
    """The headers that neither Django nor the content security policy sets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class UnavailableMiddleware:
    """Asks nothing of a database that did not answer a moment ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get(IS_AWAY):
            return unavailable(request)
        return self.get_response(request)


class StaffQueryMiddleware:
    """Cleans what staff's lists are asked, before Wagtail's search reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(STAFF_GROUND):
            return self.get_response(request)
        if request.GET.get("p") and not PAGE_NUMBER.fullmatch(request.GET["p"]):
            return answer_broken_form(request, NO_PAGE)
        typed = request.GET.get("q", "")
        if typed != (words := searchable(typed)):
            query: Any = request.GET.copy()
            query["q"] = words
            request.GET = query
        return self.get_response(request)


def searchable(typed: str) -> str:
    """No control characters, no endless text, no quotation that never ends."""
    # Joiners are format characters, and belong to words of Urdu and Bengali.
    words = "".join(" " if category(sign) == "Cc" else sign for sign in typed)
    words = words[:LONGEST_SEARCH]
    return words.replace('"', " ") if words.count('"') % 2 else words


def broken_request(request: HttpRequest, exception: Exception) -> str:
    """What is wrong with a request to Wagtail's screens; empty if the fault is ours."""
    if not request.path_info.startswith(STAFF_GROUND):
        return ""
    if isinstance(exception, NoReverseMatch):
        asks_for_it = "next" in request.GET or "next" in request.POST
        return BROKEN[NoReverseMatch] if asks_for_it else ""
    kinds = (kind for kind in BROKEN if isinstance(exception, kind))
    return next((BROKEN[kind] for kind in kinds), "")


class RefusalMiddleware:
    """Answers a refusal with its sentences and status 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: Any
    ) -> TemplateResponse:
        """A submission with errors comes back as 422; Wagtail itself answers 200."""
        form = (response.context_data or {}).get("form")
        if "action-submit" in request.POST and getattr(form, "errors", None):
            response.status_code = 422
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, EditConflict):
            return ask_to_choose(request, exception)
        if request.path_info == REDIRECT_IMPORT and isinstance(exception, KeyError):
            # The second step of an import, without the file of the first.
            return answer_broken_form(request, INCOMPLETE)
        if reason := broken_request(request, exception):
            return answer_broken_form(request, reason)
        if isinstance(exception, MultiValueDictKeyError):
            return answer_broken_form(request, INCOMPLETE)
        if isinstance(exception, ProtectedError):
            exception = Refusal("Something on record depends on this, so it stays.")
        if not isinstance(exception, Refusal):
            return None
        return refuse(request, exception)
