"""A page as it is kept: compressed once, with its headers ready to send."""

import gzip
import time
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import NamedTuple

import brotli

from portal.cache.generation import Generation

Headers = list[tuple[str, str]]

BROTLI_QUALITY = 5
GZIP_LEVEL = 6
# Below this a packet is not filled anyway.
SMALLEST_COMPRESSED = 400
LARGEST_BODY = 2_000_000
# What a 304 repeats of the headers of its page (RFC 9110, 15.4.5), with its policy.
REPEATED = {
    "cache-control",
    "content-location",
    "etag",
    "expires",
    "vary",
    "link",
    "access-control-allow-origin",
    "access-control-expose-headers",
}
REPLACED = {"content-length", "etag", "vary", "cache-control", "x-cache"}


class Variant(NamedTuple):
    """One encoding of the page: all headers but Cache-Control, and the bytes."""

    headers: Headers
    unchanged: Headers
    body: bytes


class Entry:
    """An answer with status 200, and for how long which content it shows."""

    def __init__(
        self, headers: Headers, body: bytes, generation: Generation, media_type: str
    ) -> None:
        self.generation = generation
        self.made_at = time.time()
        plain = {name.lower(): value for name, value in headers}
        self.cache_control = plain["cache-control"]
        self.etag = plain["etag"].removeprefix("W/").strip('"')
        self.tags = {f'"{self.etag}"'}
        self.variants = {"": self.variant(headers, body, "")}
        if is_text(media_type) and len(body) >= SMALLEST_COMPRESSED:
            for encoding, packed in compressed(body):
                self.variants[encoding] = self.variant(headers, packed, encoding)
        # Headers that are ready to be sent, with what they were made for.
        self.ready: dict[tuple[str, bool, str], tuple[Hashable, Headers]] = {}
        # What the parts weigh, with an allowance for the objects around them.
        self.size = 4096 + sum(len(one.body) for one in self.variants.values())

    def variant(self, headers: Headers, body: bytes, encoding: str) -> Variant:
        tag = f'"{self.etag}-{encoding}"' if encoding else f'"{self.etag}"'
        self.tags.add(tag)
        kept = [pair for pair in headers if pair[0].lower() not in REPLACED]
        kept += [("Vary", vary(headers)), ("ETag", tag)]
        unchanged = [pair for pair in kept if pair[0].lower() in REPEATED]
        if encoding:
            kept.append(("Content-Encoding", encoding))
        kept.append(("Content-Length", str(len(body))))
        return Variant(kept, unchanged, body)

    def has_tag(self, if_none_match: str) -> bool:
        """Whether the reader holds the page in any encoding (weak comparison)."""
        if if_none_match in self.tags:
            return True
        if if_none_match.strip() == "*":
            return True
        tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
        return any(tag in self.tags for tag in tags)

    def chosen(self, accept_encoding: str) -> str:
        """Name of the variant for a reader who takes these encodings."""
        for encoding in accepted(accept_encoding):
            if encoding in self.variants:
                return encoding
        return ""


def vary(headers: Headers) -> str:
    """What the page itself depends on, and the encoding."""
    named = [
        part.strip()
        for name, value in headers
        if name.lower() == "vary"
        for part in value.split(",")
    ]
    return ", ".join(dict.fromkeys([*named, "Accept-Encoding"]))


def is_text(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))


def compressed(body: bytes) -> Iterable[tuple[str, bytes]]:
    yield "br", brotli.compress(body, quality=BROTLI_QUALITY)
    # Without the time of day, so that the same page is the same bytes.
    yield "gzip", gzip.compress(body, GZIP_LEVEL, mtime=0)


@lru_cache(maxsize=256)
def accepted(accept_encoding: str) -> tuple[str, ...]:
    """Encodings that the reader takes, the smallest first; refusals are heard."""
    taken = {}
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        taken[name.strip()] = weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00"}
    return tuple(
        encoding
        for encoding in ("br", "gzip")
        if taken.get(encoding, taken.get("*", False))
    )
