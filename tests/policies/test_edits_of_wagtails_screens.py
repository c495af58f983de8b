"""Wagtail's own screens ask the second of two writers too."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, get_resolver
from wagtail.admin.views import generic
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Site

from policies.models import PolicyStageTask
from portal.accounts.roles import ROLES
from portal.audit.models import AuditEntry
from portal.edits.forms import ComparesBeforeSaving
from tests.factories.forms import filled, posted_next

KINDS = ["collections", "redirects", "sites", "users"]
# What roles permit comes with a deployment.
SAVED_BY_NOBODY = {"wagtailusers_groups:edit"}


@pytest.fixture
def opened(site: Site, people: SimpleNamespace) -> dict[str, SimpleNamespace]:
    """By kind: a row, the address of its form, and the field that people write in."""
    shelf = Collection.get_first_root_node().add_child(name="Leaflets")
    redirect = Redirect.objects.create(
        old_path="/old", redirect_link="https://example.org/new/"
    )
    rows = {
        "collections": (shelf, f"{shelf.pk}/", "name"),
        "redirects": (redirect, f"{redirect.pk}/", "old_path"),
        "sites": (site, f"edit/{site.pk}/", "site_name"),
        "users": (people.author2, f"edit/{people.author2.pk}/", "last_name"),
    }
    return {
        kind: SimpleNamespace(row=row, url=f"/admin/{kind}/{path}", field=field)
        for kind, (row, path, field) in rows.items()
    }


def form_of(client: Client, opened: SimpleNamespace, text: str) -> dict[str, Any]:
    page = BeautifulSoup(client.get(opened.url).content, "html.parser")
    return filled(page, **{opened.field: text})


def stored(opened: SimpleNamespace) -> str:
    opened.row.refresh_from_db()
    return str(getattr(opened.row, opened.field))


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_the_second_writer_is_asked_on_wagtails_own_screens(
    kind, opened, people, client_of
) -> None:
    screen, client = opened[kind], client_of(people.admin)
    first = form_of(client, screen, "/first")
    second = form_of(client, screen, "/second")
    assert client.post(screen.url, first).status_code == 302

    answer = client.post(screen.url, second)

    assert answer.status_code == 409
    assert stored(screen) == "/first"
    page = BeautifulSoup(answer.content, "html.parser").get_text()
    for text in ("/first", "/second", str(people.admin)):
        assert text in page
    kept = posted_next(answer)
    assert {name: kept.get(name) for name in second if name != "made_from"} == {
        name: value for name, value in second.items() if name != "made_from"
    }
    assert client.post(screen.url, kept).status_code == 302
    assert stored(screen) == "/second"
    assert AuditEntry.objects.filter(action="edits.saved_over").count() == 1


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_taken_over_stays(kind, opened, people, client_of) -> None:
    screen, client = opened[kind], client_of(people.admin)
    second = form_of(client, screen, "/second")
    client.post(screen.url, form_of(client, screen, "/first"))
    answer = client.post(screen.url, second)

    chosen = posted_next(answer, take_theirs=[screen.field])

    assert client.post(screen.url, chosen).status_code == 302
    assert stored(screen) == "/first"


@pytest.mark.once
def test_a_collection_that_was_moved_is_not_moved_back(
    opened, people, client_of
) -> None:
    screen, client = opened["collections"], client_of(people.admin)
    shelf = Collection.get_first_root_node().add_child(name="Archive")
    second = form_of(client, screen, "Renamed")
    first = form_of(client, screen, "Leaflets") | {"parent": str(shelf.pk)}
    assert client.post(screen.url, first).status_code == 302

    answer = client.post(screen.url, second)

    assert answer.status_code == 409
    assert "Archive" in BeautifulSoup(answer.content, "html.parser").get_text()
    chosen = posted_next(answer, take_theirs=["parent"])
    assert client.post(screen.url, chosen).status_code == 302
    moved = Collection.objects.get(pk=screen.row.pk)
    assert (moved.name, moved.get_parent().pk) == ("Renamed", shelf.pk)
    entries = AuditEntry.objects.filter(subject_type="wagtailcore.collection")
    changes = [entry.after for entry in entries if entry.action == "settings.changed"]
    assert changes == [{"name": "Renamed"}, {"parent": "Archive"}]


def editing_views(resolver: Any, spaces: tuple[str, ...] = ()) -> Iterator[Any]:
    """Name, class and arguments of each view that edits a row as Wagtail does."""
    for pattern in resolver.url_patterns:
        if not isinstance(pattern, URLPattern):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from editing_views(pattern, (*spaces, *space))
            continue
        view = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, generic.EditView):
            arguments = pattern.callback.view_initkwargs
            yield ":".join([*spaces, pattern.name or ""]), view, arguments


@pytest.mark.once
def test_every_screen_that_edits_a_row_compares() -> None:
    views = list(editing_views(get_resolver()))
    forms = {
        name: form
        for name, view, arguments in views
        if (form := arguments.get("form_class") or view.form_class)
    }
    assert len(forms) > 9

    overwriting = {
        name
        for name, form in forms.items()
        if not issubclass(form, ComparesBeforeSaving)
    }

    assert overwriting == SAVED_BY_NOBODY


@pytest.mark.once
def test_groups_are_saved_on_no_screen(people, client_of) -> None:
    group = Group.objects.get(name=ROLES[0].name)
    url, client = f"/admin/groups/edit/{group.pk}/", client_of(people.admin)
    form = filled(BeautifulSoup(client.get(url).content, "html.parser"), name="Other")

    assert client.post(url, form).status_code == 403
    assert Group.objects.filter(name=ROLES[0].name).exists()


@pytest.mark.once
def test_a_stage_of_the_workflow_is_compared_too(people, client_of) -> None:
    stage = PolicyStageTask.objects.earliest("pk")
    url = f"/admin/workflows/tasks/edit/{stage.pk}/"
    client = client_of(people.admin)

    opened = BeautifulSoup(client.get(url).content, "html.parser")

    field = opened.select_one("#w-editor-form input[name=made_from]")
    assert field is not None
    assert len(field["value"]) == 64
