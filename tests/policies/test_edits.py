"""Two people at one text: one is saved, the others are asked, and nothing is lost."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.admin.panels import get_edit_handler
from wagtail.contrib.settings.registry import registry as setting_models
from wagtail.contrib.settings.views import get_setting_edit_handler
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from policies.models import RatifyingBody
from portal.audit.models import AuditEntry
from portal.consent.models import BannerWording
from portal.edits.forms import EditedModelForm, EditedPageForm
from tests.factories.forms import editor_form, filled, posted_next
from tests.factories.library import document_row, picture_row
from tests.factories.pages import PolicyPageFactory
from tests.policies.races import ROUNDS, together

WRITERS = 10
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def opened(policy_draft):
    """The address of the editor, and the form as two people have opened it."""
    return reverse("wagtailadmin_pages:edit", args=[policy_draft.pk])


def latest(page: Page) -> Any:
    return Page.objects.get(pk=page.pk).get_latest_revision_as_object()


@pytest.mark.parametrize("button", ["", "action-submit", "action-publish"])
def test_the_second_writer_is_asked(
    button, opened, policy_draft, people, client_of
) -> None:
    buttons = [button] if button else []
    second = editor_form(
        policy_draft, *buttons, title="Title of the second", lay_summary="  Two\nlines "
    )
    first = editor_form(policy_draft, title="Title of the first")
    assert client_of(people.author).post(opened, first).status_code == 302

    answer = client_of(people.author2).post(opened, second)

    assert answer.status_code == 409
    assert latest(policy_draft).title == "Title of the first"
    page = BeautifulSoup(answer.content, "html.parser").get_text()
    assert "Title of the first" in page
    assert "Title of the second" in page
    assert str(people.author) in page
    kept = posted_next(answer)
    own = {"loaded_revision_id", "loaded_revision_created_at"}
    assert {name: str(kept[name]) for name in second if name not in own} == {
        name: str(value) for name, value in second.items() if name not in own
    }


def test_the_second_writer_takes_over_one_field_and_saves_over_another(
    opened, policy_draft, people, client_of
) -> None:
    second = editor_form(policy_draft, title="Mine", lay_summary="Summary of mine.")
    first = editor_form(policy_draft, title="Theirs", lay_summary="Summary of theirs.")
    client_of(people.author).post(opened, first)
    answer = client_of(people.author2).post(opened, second)

    chosen = posted_next(answer, take_theirs=["title"])
    assert client_of(people.author2).post(opened, chosen).status_code == 302

    text = latest(policy_draft)
    assert (text.title, text.lay_summary) == ("Theirs", "Summary of mine.")
    entry = AuditEntry.objects.get(action="edits.saved_over")
    assert entry.actor == people.author2
    assert str(people.author) in entry.reason
    # The choice was made about one text: it does not hold for the next.
    assert client_of(people.author2).post(opened, chosen).status_code == 409


def test_streams_and_rows_are_taken_over_whole(
    opened, policy_draft, people, client_of
) -> None:
    second = editor_form(policy_draft, "action-submit", change_note="Mine")
    client_of(people.author).post(opened, editor_form(policy_draft, title="Theirs"))
    answer = client_of(people.author2).post(opened, second)
    chosen = posted_next(answer, take_theirs=["criteria", "documents", "title"])
    chosen["change_note"] = ""

    returned = client_of(people.author2).post(opened, chosen)

    assert returned.status_code == 422, "The form comes back for another fault."
    form = returned.context["form"]
    assert form["title"].value() == "Theirs"
    assert not form.fields["title"].disabled


def test_an_old_revision_is_not_put_back_over_a_new_text(
    policy_draft, people, client_of
) -> None:
    old = policy_draft.latest_revision
    url = reverse("wagtailadmin_pages:revisions_revert", args=[policy_draft.pk, old.pk])
    form = editor_form(policy_draft)
    latest(policy_draft).save_revision(user=people.author)

    assert client_of(people.author2).post(url, form).status_code == 409


def test_the_editor_saves_by_itself_only_over_its_own_text(
    opened, policy_draft, people, client_of
) -> None:
    mine, other = client_of(people.author), client_of(people.author2)
    form = editor_form(policy_draft, title="By itself")
    stale = dict(form)

    saved = mine.post(opened, form, **SCRIPT).json()
    again = mine.post(
        opened, {**form, "overwrite_revision_id": saved["revision_id"]}, **SCRIPT
    ).json()
    refused = other.post(opened, stale, **SCRIPT)

    assert again["success"]
    assert again["revision_id"] == saved["revision_id"]
    assert refused.status_code == 400
    assert refused.json()["error_code"] == "invalid_revision"


def test_a_form_that_names_no_text_is_stale(
    opened, policy_draft, people, client_of
) -> None:
    form = editor_form(policy_draft, title="From nowhere")
    del form["loaded_revision_id"]

    assert client_of(people.author).post(opened, form).status_code == 409


def test_a_row_without_revisions_is_compared_too(people, client_of) -> None:
    body = RatifyingBody.objects.create(name="Joint committee")
    url = reverse("wagtailsnippets_policies_ratifyingbody:edit", args=[body.pk])
    client = client_of(people.admin)
    made_from = client.get(url).context["form"]["made_from"].value()
    first = {"name": "Committee of the first", "made_from": made_from}
    second = {"name": "Committee of the second", "made_from": made_from}
    assert client.post(url, first).status_code == 302

    answer = client.post(url, second)

    assert answer.status_code == 409
    page = BeautifulSoup(answer.content, "html.parser").get_text()
    assert first["name"] in page
    assert second["name"] in page
    assert str(people.admin) in page
    assert client.post(url, posted_next(answer)).status_code == 302
    body.refresh_from_db()
    assert body.name == second["name"]
    assert AuditEntry.objects.filter(action="edits.saved_over").count() == 1


# Wagtail leaves the file open from which it made the small picture of the screen.
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning")
@pytest.mark.once
@pytest.mark.parametrize("kind", ["documents", "images"])
def test_rows_of_the_library_are_compared_too(kind, people, client_of) -> None:
    thing = picture_row() if kind == "images" else document_row()
    url = f"/admin/{kind}/{'' if kind == 'images' else 'edit/'}{thing.pk}/"
    client = client_of(people.admin)
    opened = BeautifulSoup(client.get(url).content, "html.parser")
    first = filled(opened, title="Title of the first", tags="knee")
    second = filled(opened, title="Title of the second", tags="hip, elbow")
    assert client.post(url, first).status_code == 302

    answer = client.post(url, second)

    assert answer.status_code == 409
    page = BeautifulSoup(answer.content, "html.parser").get_text()
    for text in ("Title of the first", "Title of the second", "knee", "elbow, hip"):
        assert text in page
    chosen = posted_next(answer, take_theirs=["tags"])
    assert client.post(url, chosen).status_code == 302
    thing.refresh_from_db()
    assert thing.title == "Title of the second"
    assert [tag.name for tag in thing.tags.all()] == ["knee"]


@pytest.mark.django_db(transaction=True)
def test_a_stale_text_can_be_previewed(people, client_of) -> None:
    space = "wagtailsnippets_consent_bannerwording"
    url = reverse(f"{space}:edit", args=[BannerWording.ONLY])
    preview = reverse(f"{space}:preview_on_edit", args=[BannerWording.ONLY])
    client = client_of(people.admin)
    form = client.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    client.post(url, values | {"heading": "Heading of the first"})

    answer = client.post(preview, values | {"heading": "Heading of the second"})
    shown = client.get(preview)
    saved = client.post(url, values | {"heading": "Heading of the second"})

    assert answer.json() == {"is_valid": True, "is_available": True}
    assert shown.status_code == 200
    assert b"Heading of the second" in shown.content
    assert saved.status_code == 409
    assert BannerWording.objects.get().heading == "Heading of the first"


@pytest.mark.once
def test_every_form_of_a_page_snippet_or_setting_compares() -> None:
    pages = [model for model in get_page_models() if model is not Page]
    snippets = list(get_snippet_models())
    assert len(pages) > 4
    assert len(snippets) > 5
    assert setting_models

    for model in pages:
        form = model.get_edit_handler().get_form_class()
        assert issubclass(form, EditedPageForm), model
    for model in snippets:
        form = handler_of(model).get_form_class()
        assert issubclass(form, EditedModelForm), model
    for model in setting_models:
        form = get_setting_edit_handler(model).get_form_class()
        assert issubclass(form, EditedModelForm), model


def handler_of(model: Any) -> Any:
    return model.snippet_viewset.get_edit_handler() or get_edit_handler(model)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["by hand", "by itself"])
@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_of_ten_writers_at_once_one_is_accepted(
    kind, round_number, people, client_of
) -> None:
    policy = PolicyPageFactory(author=people.author)
    url = reverse("wagtailadmin_pages:edit", args=[policy.pk])
    headers = SCRIPT if kind == "by itself" else {}
    forms = [editor_form(policy, title=f"Writer {n}") for n in range(WRITERS)]
    before = policy.revisions.count()

    def writer(form: dict[str, Any]) -> Any:
        client = client_of(people.author2)
        return lambda: client.post(url, form, **headers)

    answers = together(*(writer(form) for form in forms))

    accepted = [n for n, answer in enumerate(answers) if answer.status_code < 400]
    assert len(accepted) == 1
    assert latest(policy).title == f"Writer {accepted[0]}"
    assert policy.revisions.count() == before + 1
    for number, answer in enumerate(answers):
        if number in accepted:
            continue
        if kind == "by itself":
            assert json.loads(answer.content)["error_code"] == "invalid_revision"
        else:
            assert posted_next(answer)["title"] == f"Writer {number}"


@pytest.mark.django_db(transaction=True)
def test_of_ten_writers_of_one_row_one_is_accepted(people, client_of) -> None:
    body = RatifyingBody.objects.create(name="Joint committee")
    url = reverse("wagtailsnippets_policies_ratifyingbody:edit", args=[body.pk])
    clients = [client_of(people.admin) for _ in range(WRITERS)]
    made_from = clients[0].get(url).context["form"]["made_from"].value()

    answers = together(
        *(
            lambda client=client, n=n: client.post(
                url, {"name": f"Writer {n}", "made_from": made_from}
            )
            for n, client in enumerate(clients)
        )
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [302] + [409] * (WRITERS - 1)
    body.refresh_from_db()
    accepted = next(n for n, one in enumerate(answers) if one.status_code == 302)
    assert body.name == f"Writer {accepted}"
