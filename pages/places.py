"""Where the pages of the tree lie: found by Wagtail once for each generation."""

from copy import copy

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from portal.cache.remembering import keep, kept

# Wagtail keeps the result of its search under this name, and asks there first.
FOUND = "_wagtail_route_for_request"


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's view of a page, which spares it the search for one found before.

    The page is of the generation; its streams are read when somebody asks for them.
    """
    place = ("place", request.get_host(), get_language(), path)
    known: Page | None = kept(place)
    if known is not None:
        setattr(request, FOUND, RouteResult(copy(known)))
    else:
        found = Page.route_for_request(request, path)
        if found is not None and is_plain(found):
            keep(place, without_streams(found.page))
    response: HttpResponse = serve(request, path)
    return response


def is_plain(found: RouteResult) -> bool:
    """Whether the address is that of the page itself, and not of a route below it."""
    return not found.args and not found.kwargs


def without_streams(page: Page) -> Page:
    """A copy, as if the query had deferred what is long."""
    slim = copy(page)
    for field in page._meta.concrete_fields:
        if isinstance(field, StreamField):
            slim.__dict__.pop(field.attname, None)
    return slim
