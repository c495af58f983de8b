"""A flood of choices from one network is told to wait, and is not recorded."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.consent.models import ConsentEvent
from portal.consent.provisioning import provision_cookie_groups

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _cookie_groups(db: None) -> None:
    provision_cookie_groups()


def choice_of(client: Client) -> int:
    """The status of the answer to a visitor who accepts all groups."""
    answer = client.post(reverse("cookie_consent_accept"), {"all_groups": "on"})
    return answer.status_code


def test_too_many_choices_from_one_network_are_told_to_wait(settings: Any) -> None:
    settings.CONSENT_CHOICES_PER_MINUTE = 2
    codes = [choice_of(Client()) for _ in range(3)]

    assert codes == [302, 302, 429]
    assert ConsentEvent.objects.count() == 2


def test_addresses_of_one_ipv6_network_are_counted_together(settings: Any) -> None:
    settings.CONSENT_CHOICES_PER_MINUTE = 2
    addresses = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:2::3"]
    codes = [choice_of(Client(REMOTE_ADDR=one)) for one in addresses]
    elsewhere = choice_of(Client(REMOTE_ADDR="2001:db8:1:3::1"))

    assert codes == [302, 302, 429]
    assert elsewhere == 302
