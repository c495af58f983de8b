"""How guessing is slowed down without locking anybody out of the whole site.

Wrong passwords count for a name together with a network, and for a network alone. A
browser in which the person has signed in before (`portal.sign_in.devices`) counts by
itself, so that nobody's guessing elsewhere stands in the way. Guesses at one name from
many networks close that name to unknown browsers only; the link for a new password,
which comes by mail, opens it again.

The cache holds counters under keyed hashes and for minutes; no address is stored.
"""

import ipaddress
import unicodedata
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac

MINUTE = 60


@dataclass(frozen=True)
class Limit:
    """So many wrong attempts within so many seconds."""

    name: str
    attempts: int
    seconds: int


NAME_AND_NETWORK = Limit("name-network", 5, 15 * MINUTE)
NETWORK = Limit("network", 50, 15 * MINUTE)
NAME = Limit("name", 100, 60 * MINUTE)
DEVICE = Limit("device", 10, 15 * MINUTE)


def network_of(address: str) -> str:
    """An IPv6 visitor owns at least a /64; IPv4 addresses stand for themselves."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False))


def folded(name: str) -> str:
    """A typed name without what makes no other name: case, spaces, compatibility."""
    return unicodedata.normalize("NFKC", name).casefold().strip()[:254]


def counters(*, name: str, address: str, device: str) -> list[tuple[Limit, str]]:
    """What a wrong attempt counts for: its limits, each with its key."""
    network = network_of(address)
    if device:
        return [(DEVICE, key(DEVICE, device, name))]
    return [
        (NAME_AND_NETWORK, key(NAME_AND_NETWORK, name, network)),
        (NETWORK, key(NETWORK, network)),
        (NAME, key(NAME, name)),
    ]


def key(limit: Limit, *parts: str) -> str:
    digest = salted_hmac("portal.sign_in.throttle", "\0".join(parts)).hexdigest()
    return f"sign-in:{limit.name}:{digest}"


def exceeded(found: list[tuple[Limit, str]]) -> Limit | None:
    """The first limit that is used up; nothing is counted."""
    counts = cache.get_many([cache_key for _limit, cache_key in found])
    for limit, cache_key in found:
        if counts.get(cache_key, 0) >= limit.attempts:
            return limit
    return None


def count(found: list[tuple[Limit, str]]) -> list[Limit]:
    """Count one wrong attempt; the limits that it has just used up."""
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


def forgive(found: list[tuple[Limit, str]]) -> None:
    """A right password, or a new one by mail: the name starts afresh from here.

    The count of the network stays, or an attacker with one account of his own could
    empty it between guesses.
    """
    cache.delete_many([cache_key for limit, cache_key in found if limit != NETWORK])


def open_name(person_key: int) -> None:
    """Forget guesses at a person's name from everywhere."""
    cache.delete(key(NAME, f"person {person_key}"))
