"""Times every request and every query in it."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from portal.cache.warming import IS_WARMING
from portal.observation.figures import count_request

logger = logging.getLogger(__name__)

SHOWN_OF_A_QUERY = 500


def time_query(
    execute: Callable[..., Any],
    sql: str,
    parameters: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    """Run the query; one that was slow goes to the log, without its parameters."""
    begun = time.monotonic()
    try:
        return execute(sql, parameters, many, context)
    finally:
        took = round((time.monotonic() - begun) * 1000)
        if took >= settings.SLOW_QUERY_MS:
            logger.warning("Slow query, %s ms: %s", took, sql[:SHOWN_OF_A_QUERY])


class ObservationMiddleware:
    """The outermost that knows the request's number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        with ExitStack() as stack:
            if settings.SLOW_QUERY_MS:
                stack.enter_context(connection.execute_wrapper(time_query))
            response = self.get_response(request)
        if not request.META.get(IS_WARMING):
            count_request(request.path, response.status_code, time.monotonic() - begun)
        return response
