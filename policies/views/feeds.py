"""The Atom feeds, which readers ask for often and download only when they changed."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import parse_http_date_safe
from django.views.decorators.http import require_safe

from policies.feeds import AllPoliciesFeed, PolicyFeed
from policies.history import first_version
from policies.views.addresses import ask_before_reuse, no_policy, public_address


@require_safe
def all_policies(request: HttpRequest) -> HttpResponse:
    """The feed of all policies."""
    response = if_changed(request, AllPoliciesFeed()(request))
    ask_before_reuse(response)
    return response


@public_address
def one_policy(request: HttpRequest, reference: str) -> HttpResponse:
    """The feed of one policy."""
    if first_version(reference) is None:
        return no_policy(request, reference)
    return if_changed(request, PolicyFeed()(request, reference=reference))


def if_changed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The feed, or 304 for a reader who has these very bytes."""
    set_response_etag(response)
    moment = parse_http_date_safe(response.headers.get("Last-Modified", ""))
    answer = get_conditional_response(
        request, response.headers["ETag"], moment, response
    )
    return answer or response
