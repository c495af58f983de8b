"""What a page costs does not depend on how much content there is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from pages.models import TreatmentPage
from policies.models import PolicyVersion
from portal.cache.generation import Generation, bound
from tests.factories.bulk import copy_policies, copy_treatments

BUDGETS = {
    "/": 1,
    "/treatments/": 3,
    "/treatments/?letter=K": 3,
    "/treatments/specialty/musculoskeletal/": 10,
    "/policies/": 2,
    "/treatments/knee-injections/": 12,
    "/policies/sp-100/": 6,
    "/policies/sp-100/history/": 6,
    "/policies/sp-100/versions/1/": 6,
    "/search/?q=knee": 12,
    "/about/": 6,
    "/api/": 2,
    "/sitemap.xml": 18,
    "/policies/feed/specialty/musculoskeletal/": 6,
}


@pytest.mark.parametrize("count", [10, 500])
def test_pages_cost_the_same_few_queries(
    client: Client,
    site: Site,
    treatment: TreatmentPage,
    version: PolicyVersion,
    django_assert_max_num_queries: Callable[..., Any],
    count: int,
) -> None:
    copy_treatments(treatment, count)
    copy_policies(version, count)
    # As in a server, where the wrapper knows the content generation; one of this test.
    with bound(Generation((-count, version.pk))):
        for address in BUDGETS:
            client.get(address)

        for address, budget in BUDGETS.items():
            with django_assert_max_num_queries(budget, info=address):
                assert client.get(address).status_code == 200


@pytest.mark.once
def test_site_map_costs_as_much_as_it_lists(
    client: Client, treatment: TreatmentPage, version: PolicyVersion
) -> None:
    """Counted in steps of SQLite, which no other work on the machine changes."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL counts no steps.")
    steps = []
    for more in (20, 180):
        copy_treatments(treatment, more)
        copy_policies(version, more)
        steps.append(steps_of(lambda: client.get("/sitemap.xml")))

    # Ten times the pages; what multiplies pages by policies takes a hundred times.
    assert steps[1] < 15 * steps[0]


def steps_of(run: Callable[[], Any]) -> int:
    """Hundreds of instructions of SQLite's machine."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 100)
    try:
        run()
    finally:
        connection.connection.set_progress_handler(None, 100)
    return counted[0]


def test_list_reads_no_text_of_the_treatments_that_it_names(
    client: Client, treatment: TreatmentPage
) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/treatments/")

    assert not [query for query in asked if "what_it_is" in query["sql"]]
