"""Log lines carry the number of their request, and no address of a visitor.

They go to standard error as text, or to standard output as JSON. The audit log goes to
standard output as well, one JSON object a line, so that the operator can keep a second
copy where nobody of the portal can reach it.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from portal import environment

LOG_FORMAT = environment.text("LOG_FORMAT", "text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {LOG_FORMAT!r}.")
# Milliseconds from which a database query is written to the log; 0 writes none.
SLOW_QUERY_MS = environment.number("SLOW_QUERY_MS", 500)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "bare": {"format": "%(message)s"},
        "text": {
            "()": "portal.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
        "json": {"()": "portal.logs.JSONFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "stream": f"ext://sys.{'stdout' if LOG_FORMAT == 'json' else 'stderr'}",
        },
        "audit": {
            "class": "logging.StreamHandler",
            "formatter": "bare",
            "stream": "ext://sys.stdout",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "portal": {"level": "INFO"},
        "portal.audit": {"handlers": ["audit"], "propagate": False},
        "policies": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "propagate": False},
    },
}
