"""How a rule of the house says no: one exception, one page, everything rolled back.

Django's PermissionDenied will not do: Wagtail turns it into an ordinary redirect,
and the half-done request would be committed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse


class Refusal(Exception):
    """Raised with sentences for staff: what is refused, why, and who can do it."""

    def __init__(self, *reasons: str) -> None:
        self.reasons: Sequence[str] = reasons
        super().__init__(" ".join(reasons))


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
        if isinstance(exception, ProtectedError):
            exception = Refusal("Something on record depends on this, so it stays.")
        if not isinstance(exception, Refusal):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                {
                    "success": False,
                    "error_code": "refused",
                    "error_message": str(exception),
                },
                status=403,
            )
        template = (
            "refused_admin.html" if request.path.startswith("/admin/") else "403.html"
        )
        return render(request, template, {"reasons": exception.reasons}, status=403)
