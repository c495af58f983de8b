"""Forms on public pages, which set no cookie and so carry no token.

A token keeps other websites from using what a visitor's browser is signed in to. These
forms know nobody, so there is nothing to use; what is left is to refuse forms that
another website makes a browser send. Browsers say so in headers that no page can set.
A request with neither header comes from no current browser, and could say anything.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.rate_limits import Counter, Limit, count, counter, exceeded, network_of

View = Callable[..., HttpResponse]

SEE_OTHER = 303


def is_from_this_site(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin"}:
        return False
    host = request.get_host()
    origin = request.headers.get("Origin")
    return origin in {None, f"https://{host}", f"http://{host}"}


def public_form(view: View) -> View:
    """Wrap the view of a public form: its answers are for one visitor and not kept."""

    @csrf_exempt
    @sensitive_post_parameters()
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not is_from_this_site(request):
            reasons = [
                "Another website sent this form. Open our page and send it there."
            ]
            return render(request, "403.html", {"reasons": reasons}, status=403)
        response = view(request, *args, **kwargs)
        keep_private(response)
        return response

    return answer


def keep_private(response: HttpResponse) -> None:
    """Neither a cache nor a search engine keeps the answer."""
    patch_cache_control(response, private=True, no_store=True)
    response.headers["X-Robots-Tag"] = "noindex"


def see_other(address: str) -> HttpResponse:
    """After a form: a page that can be loaded again without sending it twice."""
    response = HttpResponseRedirect(address)
    response.status_code = SEE_OTHER
    return response


def used_up(request: HttpRequest, network: Limit, everybody: Limit) -> Limit | None:
    """Count one form; the limit that was used up before it, if one was."""
    address = get_adapter().get_client_ip(request)
    found: list[Counter] = [
        counter(network, network_of(address)),
        counter(everybody),
    ]
    limit = exceeded(found)
    if limit is None:
        count(found)
    return limit
