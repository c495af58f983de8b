"""What every public page promises: one heading, no cookie, no third party."""

import re

import pytest
from django.test import Client
from wagtail.models import Page, Site

from pages.models import TreatmentPage
from policies.models import PolicyVersion

ADDRESSES = [
    "/",
    "/treatments/",
    "/treatments/?letter=K",
    "/treatments/knee-injections/",
    "/treatments/specialty/musculoskeletal/",
    "/policies/",
    "/policies/?position=routine",
    "/policies/sp-100/",
    "/policies/sp-100/history/",
    "/policies/sp-100/versions/1/",
    "/search/",
    "/search/?q=knee",
    "/search/?q=zzzz",
    "/follow/?topic=policy:sp-100",
    "/feedback/problem/?page=/policies/sp-100/",
    "/cookies/",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/contact/",
    "/api/",
    "/nothing-here/",
]
# Addresses of the site itself, written in full for search engines and for paper.
OWN = "http://testserver"


@pytest.fixture
def public_site(site: Site, treatment: TreatmentPage, version: PolicyVersion) -> Site:
    return site


@pytest.mark.once
@pytest.mark.parametrize("address", ADDRESSES)
def test_page_has_one_heading_a_title_and_a_language(
    client: Client, public_site: Site, address: str
) -> None:
    html = client.get(address).content.decode()

    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r"<title>\s*\S.*?</title>", html, re.DOTALL)
    assert '<html lang="en-GB"' in html


@pytest.mark.once
@pytest.mark.parametrize("address", ADDRESSES)
def test_first_visit_sets_no_cookie_and_asks_nobody_else(
    client: Client, public_site: Site, address: str
) -> None:
    response = client.get(address)
    html = response.content.decode()
    loaded = re.findall(
        r'<(?:link|script|img|iframe)[^>]*(?:src|href)="(http[^"]+)"', html
    )

    assert not response.cookies or address == "/cookies/"
    assert [url for url in loaded if not url.startswith(OWN)] == []
    assert "<style" not in html
    # Data for search engines is no script that runs.
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/ld\+json))", html)


@pytest.mark.once
def test_every_page_type_is_public_and_renders(
    client: Client, public_site: Site
) -> None:
    pages = Page.objects.live().descendant_of(public_site.root_page, inclusive=True)

    statuses = {page.url: client.get(page.url).status_code for page in pages.specific()}

    assert set(statuses.values()) == {200}
    assert {type(page).__name__ for page in pages.specific()} == {
        "HomePage",
        "TreatmentIndexPage",
        "TreatmentPage",
        "PolicyIndexPage",
        "PolicyPage",
        "InformationPage",
    }


@pytest.mark.once
def test_treatment_says_how_it_is_funded_in_words_of_the_policy(
    client: Client, public_site: Site
) -> None:
    html = client.get("/treatments/knee-injections/").content.decode()

    assert "The NHS here pays for this treatment." in html
    assert 'href="/policies/sp-100/"' in html


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing/", 404, "cannot find"),
        ("/policies/sp-999/", 404, ""),
        ("/policies/sp-100/versions/7/", 404, ""),
        ("/treatments/nothing/", 404, ""),
        ("/search/?q=" + "knee " * 2000, 200, "first 20 words"),
        ("/search/?q=knee&lang=xx", 400, "language"),
        ("/treatments/?letter=%00&p=abc", 200, ""),
        ("/policies/?position=nothing&p=-4", 200, ""),
        ("/%E2%28%A1/", 404, ""),
        ("/policies/sp-100/versions/99999999999999999999/", 404, ""),
    ],
)
def test_odd_request_gets_a_clear_answer(
    client: Client, public_site: Site, address: str, status: int, words: str
) -> None:
    response = client.get(address)

    assert response.status_code == status
    assert words in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "(",
        "knee AND",
        "*",
        "a" * 200,
        "\x00knee",
        "‮knee",
        "😀",
        "'; --",
        "NEAR(",
    ],
)
def test_search_takes_any_text(client: Client, public_site: Site, query: str) -> None:
    assert client.get("/search/", {"q": query}).status_code == 200


@pytest.mark.parametrize("query", ["knee", "steroid jab", "CORTISONE", "sp-100", "kne"])
def test_search_finds_other_names_references_and_beginnings(
    client: Client, public_site: Site, query: str
) -> None:
    html = client.get("/search/", {"q": query}).content.decode()

    assert "/treatments/knee-injections/" in html or "/policies/sp-100/" in html


@pytest.mark.once
def test_search_without_result_offers_a_way_on(
    client: Client, public_site: Site
) -> None:
    html = client.get("/search/", {"q": "qqqqq"}).content.decode()

    assert "/treatments/" in html
    assert "/contact/" in html


def test_sitemap_names_live_pages_only(client: Client, public_site: Site) -> None:
    xml = client.get("/sitemap.xml").content.decode()

    assert "/treatments/knee-injections/" in xml
    assert "/policies/sp-100/" in xml


@pytest.mark.once
def test_form_without_its_token_says_what_to_do(public_site: Site) -> None:
    response = Client(enforce_csrf_checks=True).post("/cookies/accept/", {})

    assert response.status_code == 403
    assert "reload" in response.content.decode().lower()


@pytest.mark.once
def test_health_answers(client: Client, site: Site) -> None:
    assert client.get("/health/live/").status_code == 200
    assert client.get("/health/ready/").status_code == 200
