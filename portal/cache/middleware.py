"""Calls pages public that are the same for everybody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from portal.cache.headers import ask_before_reuse

# Views that show the same to everybody, unless they looked at who asks. Others say it
# of themselves, or are nobody else's business.
SHARED_VIEWS = {"wagtail_serve", "treatments_by_specialty", "search", "robots"}


class SharedPagesMiddleware:
    """Below the session: who looked at it made an answer for one person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_the_same_for_everybody(request, response):
            ask_before_reuse(response)
        return response


def is_the_same_for_everybody(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    return (
        request.method in {"GET", "HEAD"}
        and match is not None
        and match.view_name in SHARED_VIEWS
        and response.status_code == 200
        and "Cache-Control" not in response
        and not response.cookies
        and not request.session.accessed
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not getattr(request, "is_preview", False)
    )
