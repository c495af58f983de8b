"""Pages shown on behalf of a content generation that no other test knows."""

import itertools
from collections.abc import Iterable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.cache.generation import Generation, bound

numbers = itertools.count(1)


def new_generation() -> Generation:
    return Generation((-next(numbers), 0))


def shown(client: Client, address: str, generation: Generation | None) -> bytes:
    with bound(generation):
        response = client.get(address)
    assert response.status_code == 200, address
    return bytes(response.content)


def shown_otherwise(addresses: Iterable[str]) -> Iterator[str]:
    """Those whose bytes depend on whether parts of them were kept before."""
    client = Client()
    first, second = new_generation(), new_generation()
    for address in addresses:
        anew = shown(client, address, None)
        # Of the second generation only what lasts is known by then.
        for generation in (first, first, second):
            if shown(client, address, generation) != anew:
                yield address


def queries_of_kept(address: str) -> int:
    """Queries of a page whose parts are known, asked for under another address."""
    client, generation = Client(), new_generation()
    shown(client, address, generation)
    with CaptureQueriesContext(connection) as queries:
        shown(client, f"{address}?from=letter", generation)
    return len(queries)
