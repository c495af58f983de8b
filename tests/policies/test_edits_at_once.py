"""Of ten people who save one text at the same moment, one is accepted.

PORTAL_RACE_ROUNDS sets how often each form is tried.
"""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page, Site

from pages.models import InformationPage, SiteBrand
from portal.search.models import Synonym
from tests.factories.forms import editor_form, filled, posted_next
from tests.factories.library import document_row, picture_row
from tests.factories.pages import TreatmentPageFactory
from tests.policies.races import ROUNDS, together

WRITERS = 10
Opened = tuple[Any, str, str]


def information_page(site: Site, people: SimpleNamespace) -> Opened:
    page = InformationPage(title="Opening hours", slug="opening-hours")
    Page.objects.get(pk=site.root_page_id).add_child(instance=page)
    page.save_revision(user=people.admin)
    return page, f"/admin/pages/{page.pk}/edit/", "title"


def treatment(site: Site, people: SimpleNamespace) -> Opened:
    page = TreatmentPageFactory(author=people.author)
    return page, f"/admin/pages/{page.pk}/edit/", "title"


def setting(site: Site, people: SimpleNamespace) -> Opened:
    brand = SiteBrand.for_site(site)
    brand.save()
    return brand, f"/admin/settings/pages/sitebrand/{site.pk}/", "organisation_name"


def snippet(site: Site, people: SimpleNamespace) -> Opened:
    row = Synonym.objects.create(typed="a word", meant="knee")
    return row, f"/admin/snippets/search/synonym/edit/{row.pk}/", "meant"


def document(site: Site, people: SimpleNamespace) -> Opened:
    row = document_row()
    return row, f"/admin/documents/edit/{row.pk}/", "title"


def picture(site: Site, people: SimpleNamespace) -> Opened:
    row = picture_row()
    return row, f"/admin/images/{row.pk}/", "title"


def collection(site: Site, people: SimpleNamespace) -> Opened:
    row = Collection.get_first_root_node().add_child(name="Leaflets")
    return row, f"/admin/collections/{row.pk}/", "name"


def redirect(site: Site, people: SimpleNamespace) -> Opened:
    row = Redirect.objects.create(old_path="/old", redirect_link="https://example.org/")
    return row, f"/admin/redirects/{row.pk}/", "old_path"


def the_site(site: Site, people: SimpleNamespace) -> Opened:
    return site, f"/admin/sites/edit/{site.pk}/", "site_name"


def account(site: Site, people: SimpleNamespace) -> Opened:
    row = people.author2
    return row, f"/admin/users/edit/{row.pk}/", "last_name"


KINDS = [
    *(information_page, treatment, setting, snippet, document, picture),
    *(collection, redirect, the_site, account),
]


def form_of(client: Client, row: Any, url: str, field: str) -> dict[str, Any]:
    """What the browser posts; lists of blocks are made by scripts, and stay empty."""
    if type(row).__name__ == "TreatmentPage":
        return editor_form(row)
    page = BeautifulSoup(client.get(url).content, "html.parser")
    more = {"body-count": "0"} if isinstance(row, InformationPage) else {}
    return filled(page, **{field: ""}) | more


def stored(row: Any, field: str) -> str:
    found = type(row)._base_manager.get(pk=row.pk)
    if isinstance(found, Page):
        found = found.get_latest_revision_as_object()
    return str(getattr(found, field))


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of ten waits for nine others: on a busy machine longer than a statement
    may take on PostgreSQL.
    """
    options = connection.settings_dict["OPTIONS"]
    if "options" in options:
        monkeypatch.setitem(options, "options", "")


# Wagtail leaves the file open from which it made the small picture of the screen.
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("make", KINDS)
def test_of_ten_writers_of_each_form_one_is_accepted(
    make: Callable[..., Opened],
    site: Site,
    people: SimpleNamespace,
    client_of: Any,
    patience: None,
) -> None:
    row, url, field = make(site, people)
    clients = [client_of(people.admin) for _ in range(WRITERS)]
    for round_number in range(ROUNDS):
        form = form_of(clients[0], row, url, field)
        texts = [f"/{round_number}-{number}" for number in range(WRITERS)]
        acts = [
            partial(client.post, url, form | {field: text})
            for client, text in zip(clients, texts, strict=True)
        ]

        answers = together(*acts)

        statuses = [answer.status_code for answer in answers]
        assert sorted(statuses) == [302] + [409] * (WRITERS - 1)
        assert stored(row, field) == texts[statuses.index(302)]
        for text, answer in zip(texts, answers, strict=True):
            if answer.status_code == 409:
                assert posted_next(answer)[field] == text
