"""One transaction per unsafe request; reads stay outside.

With SQLite in IMMEDIATE mode a read inside a transaction would wait for every
writer, and on PostgreSQL it would hold a connection for nothing.
"""

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase

READING_METHODS = {"GET", "HEAD", "OPTIONS"}

View = Callable[..., HttpResponseBase]


class ReadsUnwrapped:
    """Mixed into a request handler: Django's ATOMIC_REQUESTS for writes only."""

    def make_view_atomic(self, view: View) -> View:
        atomic_view: View = super().make_view_atomic(view)  # type: ignore[misc]

        def view_by_method(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            chosen = view if request.method in READING_METHODS else atomic_view
            return chosen(request, *args, **kwargs)

        return view_by_method


class PortalHandler(ReadsUnwrapped, WSGIHandler):
    """The WSGI application of the portal."""
