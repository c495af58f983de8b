"""Log lines go to standard error; no line carries the address of a visitor.

The audit log goes to standard output as well, one JSON object a line, so that the
operator can keep a second copy where nobody of the portal can reach it.
"""

from typing import Any

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "bare": {"format": "%(message)s"},
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
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
