"""The admin runs no script but its own; public pages have one constant policy."""

import hashlib
import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest
import wagtail.admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory
from wagtail.admin.widgets import AdminDateInput, BaseChooser

from portal import content_policy
from portal.content_policy import nonce_attribute

OWN = Path(content_policy.__file__).parent / "templates"
WAGTAILS = Path(wagtail.admin.__file__).parent / "templates"
OVERRIDES = [
    "wagtailadmin/panels/inline_panel.html",
    "wagtailadmin/panels/multiple_chooser_panel.html",
    "wagtailadmin/widgets/date_input.html",
    "wagtailadmin/widgets/datetime_input.html",
    "wagtailadmin/widgets/time_input.html",
]
# Of the method that `render_chooser` stands for. When this changes, read the new one.
RENDER_SHA256 = "810cfc10654a354cfa72ae5ee60bf0eb75c5cf44c6a00e117156aa2a127e3fbb"


def policy_of(response) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


@pytest.mark.once
@pytest.mark.parametrize("name", OVERRIDES)
def test_our_templates_differ_from_wagtails_by_a_nonce(name: str) -> None:
    original = (WAGTAILS / name).read_text()

    assert original.count("<script>") == 1
    assert (OWN / name).read_text() == original.replace(
        "<script>", "{% load content_policy %}<script{% script_nonce %}>"
    )
    assert get_template(name).origin.name == str(OWN / name)


@pytest.mark.once
def test_wagtail_has_no_further_inline_script() -> None:
    inline = {
        str(path.relative_to(WAGTAILS))
        for path in WAGTAILS.rglob("*.html")
        if "<script>" in path.read_text()
    }
    source = inspect.getsource(content_policy.WAGTAILS_RENDER)

    assert inline == set(OVERRIDES)
    assert hashlib.sha256(source.encode()).hexdigest() == RENDER_SHA256
    assert BaseChooser.render is content_policy.render_chooser


@pytest.mark.once
@pytest.mark.django_db
def test_policies_of_the_admin_and_of_the_public(
    client: Client, people: SimpleNamespace
) -> None:
    client.force_login(people.admin)

    report = client.get("/admin/reports/site-history/")
    again = client.get("/admin/reports/site-history/")
    public = client.get("/")

    of_staff = policy_of(report)
    own, nonce = of_staff["script-src"].split()
    assert own == "'self'"
    assert nonce.startswith("'nonce-")
    assert f'nonce="{nonce[7:-1]}"' in report.content.decode()
    assert policy_of(again)["script-src"] != of_staff["script-src"]
    assert "<script>" not in report.content.decode()
    assert of_staff["style-src"] == "'self' 'unsafe-inline'"
    assert of_staff["frame-ancestors"] == of_staff["default-src"] == "'none'"
    of_public = policy_of(public)
    assert of_public["script-src"] == of_public["style-src"] == "'self'"
    assert of_public["frame-ancestors"] == "'none'"


@pytest.mark.once
def test_public_ground_gives_no_nonce() -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(nonce_attribute() + AdminDateInput().render("day", None))
        return HttpResponse()

    content_policy.ContentPolicyMiddleware(answer)(RequestFactory().get("/search/"))

    assert "nonce" not in seen[0]
    assert nonce_attribute() == ""
