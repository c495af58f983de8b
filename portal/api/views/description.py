"""The API's own description, and the page on it for people."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.api.answers import Data, public_data
from portal.api.description import openapi, operations
from portal.api.parameters import MOST_ROWS, USUAL_ROWS
from portal.cache.headers import ask_before_reuse
from portal.templatetags.portal import public_address


@public_data()
def openapi_description(request: HttpRequest) -> Data:
    """OpenAPI 3.1."""
    return openapi()


@require_safe
def about_the_data(request: HttpRequest) -> HttpResponse:
    """How to reuse what the site publishes."""
    context = {
        "operations": operations(),
        "openapi_url": reverse("api:openapi"),
        "example_address": public_address(reverse("api:policies")),
        "most_rows": MOST_ROWS,
        "usual_rows": USUAL_ROWS,
        "breadcrumbs": [
            {"title": "Home", "url": "/"},
            {"title": "Policies", "url": "/policies/"},
        ],
    }
    response = TemplateResponse(request, "api/about.html", context)
    ask_before_reuse(response)
    return response
