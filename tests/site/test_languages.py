"""Pages in other languages: addresses, stamps, search, and what stays English."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale, Page, Site

from pages.models import HomePage, TreatmentPage
from pages.provisioning import provision_tree
from pages.translations import behind
from policies.feedback.models import Feedback
from policies.models import PolicyIndexPage, PolicyVersion
from portal.accounts.provisioning import provision_roles
from portal.refusals import Refusal
from tests.factories.approval import approve_fully, submit, write_draft

ON = [("en-gb", "English"), ("ur", "Urdu"), ("pl", "Polish"), ("ar", "Arabic")]
ENGLISH = "/treatments/knee-injections/"
URDU = "/ur/treatments/knee-injections/"


@pytest.fixture
def languages(site: Site, settings: Any) -> Iterator[None]:
    settings.WAGTAIL_CONTENT_LANGUAGES = ON
    settings.WAGTAIL_I18N_ENABLED = True
    provision_tree([PolicyIndexPage])
    provision_roles()
    yield
    Site.clear_site_root_paths_cache()


def translate(
    page: TreatmentPage, code: str, people: SimpleNamespace, **values: Any
) -> TreatmentPage:
    """As a treatment editor does it: Wagtail's action, a draft, clinical review."""
    copy = page.copy_for_translation(Locale.objects.get(language_code=code)).specific
    values.setdefault("change_note", "Translated.")
    write_draft(copy, people.author, **values)
    approve_fully(submit(copy, people.author), people)
    return TreatmentPage.objects.get(pk=copy.pk)


@pytest.fixture
def urdu(
    languages: None,
    treatment: TreatmentPage,
    version: PolicyVersion,
    people: SimpleNamespace,
) -> TreatmentPage:
    return translate(
        treatment,
        "ur",
        people,
        title="گھٹنے کے انجکشن",
        other_names="سٹیرائڈ",
        translator="Sample translator",
    )


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.once
def test_a_translation_is_written_as_its_language_is(
    client: Client, urdu: TreatmentPage, version: PolicyVersion
) -> None:
    html = html_of(client, URDU)

    assert '<html lang="ur" dir="rtl">' in html
    assert "nhsuk-frontend.rtl.min.css" in html
    assert "گھٹنے کے انجکشن" in html
    assert re.search(
        rf'<a href="{version.policy_url}" hreflang="en-GB" lang="en-GB" dir="ltr">',
        html,
    )
    for address in (ENGLISH, URDU):
        page = html_of(client, address)
        for tag, path in (("en-GB", ENGLISH), ("ur", URDU)):
            assert f'hreflang="{tag}" href="http://testserver{path}"' in page
        assert ">اردو</a>" in page
    english = html_of(client, ENGLISH)
    assert '<html lang="en-GB">' in english
    assert ".rtl." not in english


def test_readers_answer_in_the_language_of_the_page(
    client: Client, urdu: TreatmentPage
) -> None:
    assert '<form action="/ur/feedback/" method="post">' in html_of(client, URDU)

    answered = client.post("/ur/feedback/", {"page": URDU, "useful": "no"})
    asked = client.post(answered.headers["Location"], {"text": ""})

    assert Feedback.objects.get().page_id == urdu.pk
    assert asked.status_code == 422
    with translation.override("ur"):
        assert gettext("Write something, or leave the page") in asked.content.decode()


def test_the_rule_of_english_headings_is_not_for_other_languages(
    urdu: TreatmentPage,
) -> None:
    card = {"urgency": "urgent", "heading": "111 پر فون کریں اگر:", "body": "<p>x</p>"}
    urdu.getting_help = [("care_card", card)]

    urdu.full_clean()


@pytest.mark.once
def test_a_language_without_interface_marks_the_english_frame(
    client: Client, urdu: TreatmentPage, treatment: TreatmentPage, people: Any
) -> None:
    translate(treatment, "ar", people, title="حقن الركبة")

    html = html_of(client, "/ar/treatments/knee-injections/")

    assert '<html lang="ar" dir="rtl">' in html
    assert '<header class="nhsuk-header" lang="en-GB" dir="ltr">' in html
    assert '<h2 id="risks" lang="en-GB" dir="ltr">Risks</h2>' in html
    assert '<form action="/feedback/" method="post">' in html


@pytest.mark.once
def test_the_address_alone_chooses_the_language(
    client: Client, urdu: TreatmentPage
) -> None:
    for address in ("/", ENGLISH, URDU, "/ur/", "/ur/treatments/", "/ur/search/?q=x"):
        plain = client.get(address)
        client.cookies["django_language"] = "pl"
        other = client.get(address, headers={"Accept-Language": "ur"})
        client.cookies.clear()
        assert plain.content == other.content
        assert "Accept-Language" not in plain.headers.get("Vary", "")
    for address in ("/en-gb/", "/pa/", "/ur/policies/sp-100/", "/ur/policies/"):
        assert client.get(address).status_code == 404, address


def test_a_change_of_the_english_page_shows_on_every_translation_at_once(
    client: Client, urdu: TreatmentPage, treatment: TreatmentPage, people: Any
) -> None:
    assert not behind(TreatmentPage).exists()
    assert "Sample translator" in html_of(client, URDU)
    warning = '<a href="/treatments/knee-injections/" hreflang="en-GB">'
    assert warning not in html_of(client, URDU)

    write_draft(treatment, people.author, introduction="New.", change_note="New.")
    change = submit(treatment, people.author)
    assert not behind(TreatmentPage).exists()
    approve_fully(change, people)

    assert list(behind(TreatmentPage)) == [urdu]
    assert warning in html_of(client, URDU)
    treatment.refresh_from_db()
    write_draft(
        urdu,
        people.author,
        source_revision=treatment.live_revision_id,
        change_note="Follows the English page.",
    )
    approve_fully(submit(urdu, people.author), people)
    assert not behind(TreatmentPage).exists()
    assert warning not in html_of(client, URDU)


def test_readers_search_in_the_language_of_the_page(
    client: Client, urdu: TreatmentPage
) -> None:
    def found(address: str) -> list[str]:
        html = html_of(client, address)
        results = html.partition('<ol class="portal-results">')[2]
        return re.findall(r'<a href="([^"]+)"', results.partition("</ol>")[0])

    assert found("/ur/search/?q=انجکشن") == [URDU]
    assert found("/ur/search/?q=سٹیرائڈ") == [URDU]
    assert found("/search/?q=knee") == [ENGLISH]
    assert found("/search/?q=انجکشن") == []
    assert URDU not in html_of(client, "/treatments/")
    assert URDU in html_of(client, "/ur/treatments/")
    assert f'"{ENGLISH}"' not in html_of(client, "/ur/treatments/")


@pytest.mark.once
def test_policies_stay_english(languages: None, version: PolicyVersion) -> None:
    locale = Locale.objects.get(language_code="ur")
    for page in (version.policy, PolicyIndexPage.objects.get()):
        with pytest.raises(Refusal, match="English alone"):
            page.copy_for_translation(locale, copy_parents=True)
    plain = Page.objects.get(pk=version.policy_id)
    plain.locale = locale
    with pytest.raises(Refusal, match="English alone"):
        plain.save()


def test_a_policy_names_the_english_pages_of_its_treatments(
    urdu: TreatmentPage, version: PolicyVersion, people: SimpleNamespace
) -> None:
    draft = version.policy.get_latest_revision_as_object()
    draft.treatments.set([urdu])
    draft.change_type = "wording"
    draft.save_revision(user=people.author)

    with pytest.raises((Refusal, ValidationError), match="Choose the English pages"):
        submit(draft, people.author)


def test_provisioning_again_adds_nothing(languages: None) -> None:
    before = list(Page.objects.values_list("pk", "title").order_by("pk"))
    home = HomePage.objects.get(locale__language_code="ur")
    home.title = "گھر"
    home.save_revision().publish()

    provision_tree([PolicyIndexPage])

    assert len(Page.objects.all()) == len(before)
    home.refresh_from_db()
    assert home.title == "گھر"


@pytest.mark.once
def test_the_site_map_names_all_languages_of_a_page(
    client: Client, urdu: TreatmentPage
) -> None:
    xml = html_of(client, "/sitemap.xml")

    for address in (ENGLISH, URDU):
        entry = re.search(
            rf"<loc>http://testserver{address}</loc>(.*?)</url>", xml, re.DOTALL
        )
        assert entry is not None
        for tag, path in (("en-GB", ENGLISH), ("ur", URDU)):
            link = f'hreflang="{tag}" href="http://testserver{path}"'
            assert link in entry[1]


def test_pages_cost_the_same_with_a_language_more(
    client: Client, urdu: TreatmentPage, treatment: TreatmentPage, people: Any
) -> None:
    before = costs(client)
    translate(treatment, "pl", people, title="Zastrzyki w kolano")

    assert costs(client) == before
    assert max(before.values()) <= 16


def costs(client: Client) -> dict[str, int]:
    """Queries of each address once its caches are warm."""
    found = {}
    for address in ("/", ENGLISH, URDU, "/ur/", "/ur/treatments/"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[address] = len(queries)
    return found


@pytest.mark.once
def test_words_of_the_frame_are_translated() -> None:
    with translation.override("ur"):
        assert translation.gettext("Risks") != "Risks"
