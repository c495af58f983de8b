"""Several people at the same moment: threads with database connections of their own."""

import os
import threading
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connections
from django.test import Client

from portal.refusals import Refusal

ROUNDS = int(os.environ.get("PORTAL_RACE_ROUNDS", "3"))
TIMEOUT_SECONDS = 60
REFUSALS = (Refusal, PermissionDenied, ValidationError, DatabaseError)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts at once; returns what each returned, or the exception."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait(TIMEOUT_SECONDS)
        try:
            results[index] = act()
        except REFUSALS as refusal:
            results[index] = refusal
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=numbered) for numbered in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT_SECONDS)
        assert not thread.is_alive(), "An act hangs: a deadlock nobody resolved."
    return results


def post(client: Client, url: str, data: dict[str, Any]) -> Callable[[], int]:
    """An act that posts a form and returns the status of the answer."""
    client.raise_request_exception = False

    def act() -> int:
        return client.post(url, data).status_code

    return act
