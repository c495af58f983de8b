"""The same data as the same bytes, its hash, and the links of a chain of evidence."""

import datetime
import hashlib
import json
from typing import Any

FIRST_CHAIN = "0" * 64


def canonical_bytes(content: Any) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def link(previous: str, payload: Any) -> str:
    """SHA-256 of the previous chain and the payload's canonical bytes."""
    return hashlib.sha256(previous.encode() + canonical_bytes(payload)).hexdigest()


def moment(value: datetime.datetime | None) -> str:
    """A moment as text that is the same on every database: UTC, microseconds."""
    if value is None:
        return ""
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def day(value: datetime.date | None) -> str:
    return value.isoformat() if value else ""
