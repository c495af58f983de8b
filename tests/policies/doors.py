"""What must stay as it is, and the ways in which somebody may try to change it."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.http.cookie import SimpleCookie
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from pages.models import TreatmentPage
from policies.models import ChangeRequest, PolicyPage, PolicyVersion
from tests.factories.forms import editor_form

ROW = ["title", "slug", "url_path", "live", "live_revision", "expired"]
# A refusal is noted, and that somebody was there; neither is read by the public.
HARMLESS = re.compile(
    r"(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SET|PRAGMA)\b"
    r'|(INSERT INTO|UPDATE|DELETE FROM) "(audit_auditentry|django_session)"'
)


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
    before = sound_state(visitor, urls)
    yield
    assert public_state(visitor, urls) == before


def sound_state(visitor: Client, urls: list[str]) -> dict[str, Any]:
    before = public_state(visitor, urls)
    assert {status for status, _content in before["answers"]} == {200}
    assert before["problems"] == []
    return before


def successful(
    attempts: Iterable[Attempt],
    client: Client,
    pages: Iterable[Page],
    urls: list[str],
    is_kept: Callable[[], bool] = lambda: True,
) -> list[str]:
    """The attempts, each on each page, after which something is not as before.

    Each is undone before the next. What reached no table changed nothing, so only
    after a write is everything read again, and `is_kept` asked.
    """
    visitor = Client()
    before = sound_state(visitor, urls)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    found = []
    for attempt, page in [(attempt, page) for attempt in attempts for page in pages]:
        with transaction.atomic():
            with written_statements() as written:
                attempt.send(client, page)
            # Pages kept during an attempt that was undone would answer this one.
            cache.clear()
            if written and not (is_kept() and public_state(visitor, urls) == before):
                found.append(f"{attempt} on {page}: {written[0][:200]}")
            transaction.set_rollback(True)
        client.cookies = SimpleCookie(cookies)
    cache.clear()
    return found


@contextmanager
def written_statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile and does more than read."""
    statements: list[str] = []

    def note(execute: Any, sql: str, *arguments: Any) -> Any:
        if not HARMLESS.match(sql):
            statements.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        yield statements
