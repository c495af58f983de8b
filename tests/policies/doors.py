"""What must stay as it is, and the ways in which somebody may try to change it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from pages.models import TreatmentPage
from policies.models import ChangeRequest, PolicyPage, PolicyVersion
from tests.factories.forms import editor_form

ROW = ["title", "slug", "url_path", "live", "live_revision", "expired"]


@dataclass(frozen=True)
class Attempt:
    """One request: a name to call it by, and what the person's browser sends."""

    name: str
    send: Callable[[Client, Page], Any]

    def __str__(self) -> str:
        return self.name


def post(url_name: str, *arguments: Any, **fields: Any) -> Callable[..., Any]:
    """POST to a view of a page; `fields` may hold functions of the page."""

    def send(client: Client, page: Page) -> Any:
        values = [
            argument(page) if callable(argument) else argument for argument in arguments
        ]
        data = {
            name: value(page) if callable(value) else value
            for name, value in fields.items()
        }
        url = reverse(f"wagtailadmin_pages:{url_name}", args=[page.pk, *values])
        return client.post(url, data)

    return send


def post_bulk(action: str, **fields: Any) -> Callable[..., Any]:
    """POST to a bulk action with this one page ticked."""

    def send(client: Client, page: Page) -> Any:
        data = {
            name: value(page) if callable(value) else value
            for name, value in fields.items()
        }
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        return client.post(f"{url}?id={page.pk}&next=/admin/", data)

    return send


def press(*buttons: str, **values: Any) -> Callable[..., Any]:
    """Press buttons of the editor of a policy or a treatment."""

    def send(client: Client, page: Page) -> Any:
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return client.post(url, editor_form(page, *buttons, **values))

    return send


def press_on_first_text(button: str) -> Callable[..., Any]:
    """Open the oldest text of the page in the editor and press a button there."""

    def send(client: Client, page: Page) -> Any:
        url = reverse(
            "wagtailadmin_pages:revisions_revert", args=[page.pk, first_revision(page)]
        )
        return client.post(url, editor_form(page, button, title="Swapped"))

    return send


def another_place(page: Page) -> int:
    return Page.objects.get(slug="about", depth=3).pk


def home_of(page: Page) -> int:
    return Page.objects.get(depth=2).pk


def parent_of(page: Page) -> int:
    return page.get_parent().pk


def first_revision(page: Page) -> int:
    return page.revisions.order_by("pk").first().pk


def public_state(client: Client, urls: list[str]) -> dict[str, Any]:
    """Everything that readers see, and everything that decides what they see."""
    governed = [
        *PolicyPage.objects.values_list("pk", flat=True),
        *TreatmentPage.objects.values_list("pk", flat=True),
    ]
    live = Page.objects.filter(pk__in=governed, live=True).order_by("pk")
    return {
        "answers": [answer(client, url) for url in urls],
        "live pages": list(live.values("pk", *ROW)),
        "versions": list(
            PolicyVersion.objects.order_by("pk").values("pk", "content_hash")
        ),
        "approved": list(
            ChangeRequest.objects.filter(status="approved").values("pk", "page")
        ),
        "problems": [found for found in Page.find_problems() if found],
    }


def answer(client: Client, url: str) -> tuple[int, bytes]:
    response = client.get(url)
    return response.status_code, response.content


@contextmanager
def nothing_changes(urls: list[str]) -> Iterator[None]:
    """Readers, the ledger and the tree are afterwards as they were before."""
    visitor = Client()
    before = public_state(visitor, urls)
    assert {status for status, _content in before["answers"]} == {200}
    assert before["problems"] == []
    yield
    assert public_state(visitor, urls) == before
