"""What tests of single sign-on have in common."""

from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from django.utils.html import escape

LOGIN = "/staff/sso/staff/login/"
CALLBACK = "/staff/sso/staff/login/callback/"
GROUPS = {"policy-authors": "Policy author", "clinicians": "Clinical reviewer"}
# Seconds of the year 2001, and of 2096.
LONG_AGO, FAR_AHEAD = 1_000_000_000, 4_000_000_000


def is_in(client: Client) -> bool:
    return bool(client.get("/admin/").status_code == 200)


def way_out(client: Client, **query: str) -> str:
    """Where the browser goes, when somebody presses the button."""
    answer = client.post(f"{LOGIN}?{urlencode(query)}" if query else LOGIN)
    address: str = answer.context["url"]
    assert f'content="0; url={escape(address)}"' in answer.content.decode()
    return address


def question(client: Client, **query: str) -> dict[str, str]:
    """What the portal asks the provider, when somebody presses the button."""
    found = parse_qs(urlsplit(way_out(client, **query)).query)
    return {name: values[0] for name, values in found.items()}
