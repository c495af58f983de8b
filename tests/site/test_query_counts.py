"""What a page costs does not depend on how much content there is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Site

from pages.models import TreatmentPage
from policies.models import PolicyVersion
from portal.cache.generation import Generation, bound
from tests.factories.bulk import copy_policies, copy_treatments

BUDGETS = {
    "/": 8,
    "/treatments/": 10,
    "/treatments/?letter=K": 10,
    "/treatments/specialty/musculoskeletal/": 10,
    "/policies/": 10,
    "/treatments/knee-injections/": 12,
    "/policies/sp-100/": 6,
    "/policies/sp-100/history/": 6,
    "/policies/sp-100/versions/1/": 6,
    "/search/?q=knee": 12,
    "/about/": 6,
    "/api/": 2,
    "/sitemap.xml": 15,
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
