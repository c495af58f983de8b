"""Every answer carries the headers that keep other sites and features away."""

import pytest
from django.test import Client

pytestmark = pytest.mark.once

ADDRESSES = ["/", "/search/?q=knee", "/nothing-here/", "/admin/", "/api/v1/policies/"]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_headers(client: Client, site, address: str) -> None:
    headers = client.get(address).headers

    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    denied = headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(denied)
