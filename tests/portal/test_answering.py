"""What a server process does with requests while some of them wait."""

import io
import threading
from typing import Any

import pytest

from portal.answering import SHORT_BODY, wrapped

pytestmark = pytest.mark.once
PATIENCE_SECONDS = 10


class Door:
    """What granian gives with a request, to be answered once, by any thread."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any, bytes]] = []
        self.is_answered = threading.Event()

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.answers.append((status, headers, body))
        self.is_answered.set()


class Application:
    """Keeps one page; for everything else it waits until it may go on."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.threads: list[threading.Thread] = []

    def at_once(self, scope: dict[str, Any]) -> Any:
        return (200, [], b"kept") if scope["PATH_INFO"] == "/kept/" else None

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.threads.append(threading.current_thread())
        assert self.may_go_on.wait(PATIENCE_SECONDS)
        if environ["PATH_INFO"] == "/fault/":
            raise ValueError("A fault of ours.")
        start("200 OK", [])
        return [environ["wsgi.input"].read()]


def scope(path: str, body: bytes = b"", **more: str) -> dict[str, Any]:
    length = {"CONTENT_LENGTH": str(len(body))} if body else {}
    return {"PATH_INFO": path, "wsgi.input": io.BytesIO(body), **length, **more}


def test_kept_page_is_answered_while_other_requests_wait() -> None:
    application = Application()
    receive = wrapped(application, {}, None, threads=1)  # type: ignore[arg-type]
    waiting, queued, fault, kept = Door(), Door(), Door(), Door()

    form = scope("/form/", b"a=1")
    body = form["wsgi.input"]
    receive(waiting, form)
    body.close()
    receive(queued, scope("/made/"))
    receive(fault, scope("/fault/"))
    receive(kept, scope("/kept/"))
    before = list(waiting.answers + queued.answers)
    application.may_go_on.set()
    for door in (waiting, queued, fault):
        assert door.is_answered.wait(PATIENCE_SECONDS)

    assert kept.answers == [(200, [], b"kept")]
    assert before == []
    assert waiting.answers == [(200, [], b"a=1")]
    assert queued.answers == [(200, [], b"")]
    assert [status for status, _headers, _body in fault.answers] == [500]


def test_large_upload_stays_with_the_thread_that_was_given_it() -> None:
    application = Application()
    application.may_go_on.set()
    receive = wrapped(application, {}, None, threads=1)  # type: ignore[arg-type]
    large, chunked = Door(), Door()

    receive(large, scope("/upload/", b"x" * (SHORT_BODY + 1)))
    receive(chunked, scope("/upload/", HTTP_TRANSFER_ENCODING="chunked"))

    assert application.threads == [threading.current_thread()] * 2
    assert [len(door.answers[0][2]) for door in (large, chunked)] == [SHORT_BODY + 1, 0]
