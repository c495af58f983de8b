"""Where a page reports that it was read: its kind, and nothing about the reader."""

import logging
import re

from django.db import Error as DatabaseFailure
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal import public_forms
from portal.consent.choices import current_choices
from portal.statistics.counting import count_page
from portal.statistics.page_types import page_types

logger = logging.getLogger(__name__)

GROUP = "statistics"
MAXIMUM_LENGTH = 40
ROBOT = re.compile(r"bot\b|crawl|spider|slurp|headless|preview|monitor", re.IGNORECASE)


@transaction.non_atomic_requests
@csrf_exempt
@require_POST
@cache_control(private=True, no_store=True)
def count(request: HttpRequest) -> HttpResponse:
    """Counts for visitors who said yes. The page's word is not enough for that.

    A token against forged forms would need a cookie. Where the request comes from is
    told by headers that no other website can set.
    """
    if not is_from_this_site(request):
        return refusal("Only pages of this website are counted.", 403)
    if GROUP not in current_choices(request).accepted:
        return refusal("This browser has not agreed to be counted.", 403)
    if length_of(request) > MAXIMUM_LENGTH:
        return refusal("This is too long for the kind of a page.", 413)
    page_type = request.body.decode("ascii", "replace")
    if page_type not in page_types():
        return refusal("There is no such kind of page.", 400)
    if is_nobody_reading(request):
        return HttpResponse(status=204)
    try:
        count_page(page_type)
    except DatabaseFailure:
        logger.warning("A page view could not be counted.")
        return refusal("The page view could not be counted.", 503)
    return HttpResponse(status=204)


def refusal(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain")


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says so; a request without either header is not counted."""
    is_told = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return is_told and public_forms.is_from_this_site(request)


def length_of(request: HttpRequest) -> int:
    """As declared: the server reads no more than that."""
    declared = request.headers.get("Content-Length", "")
    return int(declared) if declared.isdecimal() else 0


def is_nobody_reading(request: HttpRequest) -> bool:
    """Robots, and browsers that fetch a page in case somebody opens it."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose", "")
    return "prefetch" in purpose or bool(
        ROBOT.search(request.headers.get("User-Agent", ""))
    )
