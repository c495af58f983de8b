"""Long lists of the staff come in pages, and a filter goes on to the next one."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.recording import record
from portal.audit.views import ENTRIES_PER_PAGE
from tests.factories.people import sample_people

pytestmark = pytest.mark.once
NEIGHBOUR = re.compile(r'<a href="([^"]+)" rel="(prev|next)"')


@pytest.fixture
def people(site: Any) -> SimpleNamespace:
    return sample_people()


def neighbours(client: Client, path: str, address: str = "") -> dict[str, str]:
    """The links to the page before and after, by their relation."""
    page = client.get(path + address.replace("&amp;", "&")).content.decode()
    assert "Pages of the list" in page
    return {relation: link for link, relation in NEIGHBOUR.findall(page)}


def test_next_page_of_the_audit_log_keeps_the_filter(
    client: Client, people: SimpleNamespace
) -> None:
    for number in range(2 * ENTRIES_PER_PAGE):
        record("settings.changed", name=f"Setting {number}", after={"n": number})
    client.force_login(people.governance)
    path = reverse("audit_log")

    first = neighbours(client, path, "?action=settings.changed")
    second = neighbours(client, path, first["next"])

    assert set(first) == {"next"}
    assert first["next"] == "?action=settings.changed&amp;p=2"
    assert second["prev"] == "?action=settings.changed&amp;p=1"


def test_next_page_of_people_keeps_what_was_typed(
    client: Client, people: SimpleNamespace
) -> None:
    User.objects.bulk_create(
        User(username=f"o'brien & co {number}", first_name="Ō&x=1", last_name="B")
        for number in range(60)
    )
    client.force_login(people.access)

    first = neighbours(client, reverse("staff_people"), "?q=%C5%8C%26x%3D1")

    assert first == {"next": "?q=%C5%8C%26x%3D1&amp;p=2"}
