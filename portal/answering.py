"""How a server process answers: kept pages at once, and what may wait elsewhere.

granian has some threads for Python. A page that is kept is answered by whichever is
free, from what granian says of the request and without the environment of WSGI. Whoever
only reads and may have to wait for the database does so on threads of this module, so
that others get their pages meanwhile. granian lets go of a body when the thread returns
that was given it, so a form is read first, and a large upload stays there.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any

from granian.server import mp
from granian.wsgi import _callback_wrapper

logger = logging.getLogger(__name__)

# Bytes of a body that is read before the request is handed on: any form.
SHORT_BODY = 1_000_000
Run = Callable[[Any, dict[str, Any]], Any]


def replace_wrapper(threads: int) -> None:
    """Have granian call applications through this module, in this process."""
    if not hasattr(mp, "_wsgi_call_wrap"):
        raise RuntimeError("This granian calls applications in another way.")
    mp._wsgi_call_wrap = partial(wrapped, threads=threads)


def wrapped(application: Any, options: Any, log_format: Any, *, threads: int) -> Run:
    """What granian calls with each request, and with the door for its answer."""
    run = _callback_wrapper(application, options, log_format)
    at_once = application.at_once
    pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    def receive(door: Any, scope: dict[str, Any]) -> None:
        answer = None if log_format else at_once(scope)
        if answer is not None:
            door.response_bytes(*answer)
        elif has_no_more_to_say(scope):
            pool.submit(take, run, door, scope)
        else:
            run(door, scope)

    return receive


def has_no_more_to_say(scope: dict[str, Any]) -> bool:
    """Whether the request is here as a whole; a short body is read to its end."""
    if "HTTP_TRANSFER_ENCODING" in scope:
        return False
    length = scope.get("CONTENT_LENGTH", "0")
    if not length.isdecimal() or int(length) > SHORT_BODY:
        return False
    scope["wsgi.input"] = BytesIO(scope["wsgi.input"].read(int(length)))
    return True


def take(run: Run, door: Any, scope: dict[str, Any]) -> None:
    try:
        run(door, scope)
    except Exception:
        logger.exception("A request could not be answered.")
        # Nothing happens where the answer has begun.
        door.response_bytes(500, [], b"")
