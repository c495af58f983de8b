"""A rolling restart, as the operations page tells it, under a steady load."""

import time
from collections.abc import Callable

from tests.rehearsal.layout import WEB, Layout


def restarted(layout: Layout, name: str) -> float:
    """`systemctl restart`, then waiting for /health/ready/; the seconds of both."""
    part = layout.parts[name]
    begun = time.monotonic()
    part.stop()
    part.begin()
    return time.monotonic() - begun


def roll(layout: Layout, is_over: Callable[[], bool]) -> list[float]:
    """One web server after the other, again and again; the seconds of each."""
    took = []
    while not is_over():
        for name in WEB:
            took.append(restarted(layout, name))
            time.sleep(1)
    return took
