"""What a log line carries: the number of its request, and nobody's address."""

import datetime
import json
import logging
import re

from portal.audit.context import current_request

ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
# What PostgreSQL says of a row that it refuses: the row's own values.
ROW_VALUES = re.compile(r"(DETAIL: +)[^\n]*")


def without_people(text: str) -> str:
    """The text without addresses of e-mail and without values of database rows."""
    return ADDRESS.sub("[address]", ROW_VALUES.sub(r"\1[left out]", text))


class LineFormatter(logging.Formatter):
    """A line for people; the number of the request stands in brackets."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = current_request().request_id or "-"
        return without_people(super().format(record))


class JSONFormatter(logging.Formatter):
    """One JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        entry = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_people(record.getMessage()),
            "request_id": current_request().request_id,
        }
        if record.exc_info:
            entry["exception"] = without_people(self.formatException(record.exc_info))
        return json.dumps(entry)
