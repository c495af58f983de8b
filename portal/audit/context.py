"""From which request an act comes: a number, the method and the path, no more."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True)
class RequestOfAct:
    """The request in which something is done."""

    request_id: str = ""
    line: str = ""
    user: Any = None


NOBODYS = RequestOfAct()
_current: ContextVar[RequestOfAct] = ContextVar("request_of_act", default=NOBODYS)


def current_request() -> RequestOfAct:
    return _current.get()


class UserOfRequest:
    """Asks for the signed-in person only when an act is recorded."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get(self) -> Any:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None


class AuditMiddleware:
    """Gives every request a number, in its log entries and in its answer.

    The number that a proxy of ours gave is taken when it looks like one, so that the
    lines of the proxy and of the portal can be read together. Without such a proxy
    anybody could choose it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_behind_proxy = settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0
        given = request.headers.get(HEADER, "") if is_behind_proxy else ""
        request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        line = f"{request.method} {request.path}"[:300]
        token = _current.set(RequestOfAct(request_id, line, UserOfRequest(request)))
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        if "Cache-Control" not in response or "public" not in response["Cache-Control"]:
            response[HEADER] = request_id
        return response
