"""The production server: `python -m portal.server`, set up from the environment.

SIGTERM lets the requests that run finish and ends it; SIGHUP starts new workers with
the code as it is now, and the old ones go when they have answered.
"""

from functools import partial
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings

from portal import environment

# A connection that takes longer to say what it wants is closed; it costs no thread.
HEADER_MILLISECONDS = 10_000
# More than the longest statement that the database allows.
FINISH_SECONDS = 40
RESPAWN_SECONDS = 0.5


def settings() -> dict[str, Any]:
    """The arguments of the server.

    Threads are for requests that wait for the database; workers use the processors.
    """
    return {
        "target": "portal.wsgi:application",
        "address": environment.text("SERVER_HOST", "127.0.0.1"),
        "port": environment.number("SERVER_PORT", 8000),
        "interface": Interfaces.WSGI,
        "workers": environment.number("SERVER_WORKERS", 2),
        "blocking_threads": environment.number("SERVER_THREADS", 4),
        # One thread talks to the network, so it need not look for work elsewhere.
        "runtime_mode": RuntimeModes.st,
        "http": HTTPModes.http1,
        "websockets": False,
        "http1_settings": HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        "respawn_failed_workers": True,
        "respawn_interval": RESPAWN_SECONDS,
        "workers_kill_timeout": FINISH_SECONDS,
        "log_access": environment.flag("SERVER_ACCESS_LOG"),
    }


def load(threads: int, target: str) -> Any:
    """The application, in the process that will serve it; so many requests at once.

    What is imported here is read anew by new workers: the server itself has none of it.
    """
    from portal.answering import replace_wrapper
    from portal.wsgi import application

    replace_wrapper(threads)
    return application


if __name__ == "__main__":
    arguments = settings()
    loader = partial(load, arguments["blocking_threads"])
    Granian(**arguments).serve(target_loader=loader)
