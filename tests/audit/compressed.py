"""The portal as readers get it, compressed: servers in front of it do that."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from portal.wsgi import application as portal

COMPRESSIBLE = ("text/", "application/json", "application/xml", "image/svg")
Headers = list[tuple[str, str]]


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    """Compresses what the portal has not compressed itself."""
    started: dict[str, Any] = {}

    def remember(status: str, headers: Headers, exc_info: Any = None) -> None:
        started.update(status=status, headers=headers)

    answer = portal(environ, remember)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    headers = started["headers"]
    named = {name.lower(): value for name, value in headers}
    if (
        "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        and "content-encoding" not in named
        and named.get("content-type", "").startswith(COMPRESSIBLE)
        and body
    ):
        body = gzip.compress(body, 6)
        headers = [
            (name, value)
            for name, value in headers
            if name.lower() not in {"content-length", "etag"}
        ]
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start_response(started["status"], headers)
    return [body]
