"""Answers that are made only when they would differ from what the reader has."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from policies.models.versions import PolicyVersionQuerySet
from policies.register import state_of
from portal.cache.headers import ask_before_reuse


def if_changed(
    request: HttpRequest,
    entries: PolicyVersionQuerySet,
    make: Callable[[], Any],
    *words: str,
) -> HttpResponse:
    """What `make` makes of the entries and words, or 304 after one question.

    A reader that asks every second does not have the answer made every second.
    """
    count, latest = state_of(entries)
    digest = hashlib.sha256(repr((count, latest, words)).encode()).hexdigest()
    etag = f'"{digest[:32]}"'
    moment = int(latest.timestamp()) if latest else None
    response = get_conditional_response(request, etag, moment) or make()
    response.headers["ETag"] = etag
    if moment is not None:
        response.headers["Last-Modified"] = http_date(moment)
    ask_before_reuse(response)
    return response
