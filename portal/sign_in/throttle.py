"""How guessing is slowed down without locking anybody out of the whole site.

Wrong passwords count for a name together with a network, and for a network alone. A
browser in which the person has signed in before (`portal.sign_in.devices`) counts by
itself, so that nobody's guessing elsewhere stands in the way. Guesses at one name from
many networks close that name to unknown browsers only; the link for a new password,
which comes by mail, opens it again.
"""

import unicodedata

from django.core.cache import cache

from portal.rate_limits import MINUTE, Counter, Limit, counter, network_of

NAME_AND_NETWORK = Limit("name-network", 5, 15 * MINUTE)
NETWORK = Limit("network", 50, 15 * MINUTE)
NAME = Limit("name", 100, 60 * MINUTE)
DEVICE = Limit("device", 10, 15 * MINUTE)


def folded(name: str) -> str:
    """A typed name without what makes no other name: case, spaces, compatibility."""
    return unicodedata.normalize("NFKC", name).casefold().strip()[:254]


def counters(*, name: str, address: str, device: str) -> list[Counter]:
    """What a wrong attempt counts for: its limits, each with its key."""
    network = network_of(address)
    if device:
        return [counter(DEVICE, device, name)]
    return [
        counter(NAME_AND_NETWORK, name, network),
        counter(NETWORK, network),
        counter(NAME, name),
    ]


def forgive(found: list[Counter]) -> None:
    """A right password, or a new one by mail: the name starts afresh from here.

    The count of the network stays, or an attacker with one account of his own could
    empty it between guesses.
    """
    cache.delete_many([cache_key for limit, cache_key in found if limit != NETWORK])


def open_name(person_key: int) -> None:
    """Forget guesses at a person's name from everywhere."""
    _limit, cache_key = counter(NAME, f"person {person_key}")
    cache.delete(cache_key)
