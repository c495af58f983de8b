"""Compresses what is made for one reader alone: kept pages are compressed once."""

import gzip
from typing import Any

import brotli

from portal.cache.entries import (
    BROTLI_QUALITY,
    GZIP_LEVEL,
    LARGEST_BODY,
    SMALLEST_COMPRESSED,
    Headers,
    accepted,
    is_text,
    vary,
)

REPLACED = {"content-length", "etag", "vary"}


def packed(
    headers: Headers, answer: Any, accept_encoding: str
) -> tuple[Headers, list[bytes] | Any]:
    """Headers and body in the encoding that the reader takes; or both as they were.

    Nothing here is secret to its reader: sessions pass by, and Django masks each token
    of a form anew, so the length of an answer tells nothing (BREACH).
    """
    named = {name.lower(): value for name, value in headers}
    encodings = accepted(accept_encoding)
    if (
        not encodings
        or getattr(answer, "streaming", True)
        or "content-encoding" in named
        or not is_text(named.get("content-type", ""))
    ):
        return headers, answer
    body = answer.content
    if not SMALLEST_COMPRESSED <= len(body) <= LARGEST_BODY:
        return headers, answer
    encoding = encodings[0]
    if encoding == "br":
        small = brotli.compress(body, quality=BROTLI_QUALITY)
    else:
        small = gzip.compress(body, GZIP_LEVEL)
    answer.close()
    kept = [pair for pair in headers if pair[0].lower() not in REPLACED]
    if "etag" in named:
        # Another encoding is not the same bytes, only the same page.
        kept.append(("ETag", "W/" + named["etag"].removeprefix("W/")))
    kept += [
        ("Vary", vary(headers)),
        ("Content-Encoding", encoding),
        ("Content-Length", str(len(small))),
    ]
    return kept, [small]
