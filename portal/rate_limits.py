"""Counts what a network does, for minutes, without keeping its address.

The cache holds counters under keyed hashes.
"""

import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac

MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True)
class Limit:
    """So many attempts within so many seconds."""

    name: str
    attempts: int
    seconds: int


# A limit, and under which key the cache counts for it.
Counter = tuple[Limit, str]


def network_of(address: str) -> str:
    """An IPv6 visitor owns at least a /64; IPv4 addresses stand for themselves."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False))


def counter(limit: Limit, *parts: str) -> Counter:
    """The counter of what the parts name together."""
    digest = salted_hmac("portal.rate_limits", "\0".join(parts)).hexdigest()
    return limit, f"limit:{limit.name}:{digest}"


def exceeded(found: list[Counter]) -> Limit | None:
    """The first limit that is used up; nothing is counted."""
    counts = cache.get_many([cache_key for _limit, cache_key in found])
    for limit, cache_key in found:
        if counts.get(cache_key, 0) >= limit.attempts:
            return limit
    return None


def count(found: list[Counter]) -> list[Limit]:
    """Count one attempt; the limits that it has just used up."""
    used_up = []
    for limit, cache_key in found:
        cache.add(cache_key, 0, timeout=limit.seconds)
        try:
            number = cache.incr(cache_key)
        except ValueError:  # It ran out between the two lines.
            cache.set(cache_key, 1, timeout=limit.seconds)
            number = 1
        if number == limit.attempts:
            used_up.append(limit)
    return used_up
