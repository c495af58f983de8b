"""Videos and maps: a link for everybody, a frame for those who allow it."""

import copy
from typing import Any
from urllib.parse import urlsplit

import pytest
from cookie_consent.models import CookieGroup
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from pages.blocks.embeds import EmbedBlock
from pages.embeds import frame_address, provider_choices
from pages.models import InformationPage, TreatmentPage
from policies.content import treatment_content
from portal.settings.embeds import allowed_providers

pytestmark = pytest.mark.once

VIDEO = "https://www.youtube.com/watch?v=AAAAAAAAAAA"
EMBED = {"title": "Knee exercises", "provider": "youtube", "link": VIDEO}


@pytest.mark.parametrize(
    ("provider", "link", "frame"),
    [
        ("youtube", VIDEO, "https://www.youtube-nocookie.com/embed/AAAAAAAAAAA"),
        (
            "youtube",
            "https://m.youtube.com/watch?list=x&v=A-A_AAAAAAA&t=4s",
            "https://www.youtube-nocookie.com/embed/A-A_AAAAAAA",
        ),
        (
            "youtube",
            "https://youtu.be/AAAAAAAAAAA?si=x",
            "https://www.youtube-nocookie.com/embed/AAAAAAAAAAA",
        ),
        (
            "vimeo",
            "https://vimeo.com/123456789",
            "https://player.vimeo.com/video/123456789?dnt=1",
        ),
        (
            "google-maps",
            "https://www.google.com/maps/search/?api=1&query=Town+Hall%26x",
            "https://www.google.com/maps?output=embed&q=Town%20Hall%26x",
        ),
        (
            "google-maps",
            "https://www.google.co.uk/maps/place/Town+Hall/@53.8,-1.5,17z",
            "https://www.google.com/maps?output=embed&q=Town%20Hall",
        ),
        ("youtube", "http://www.youtube.com/watch?v=AAAAAAAAAAA", ""),
        ("youtube", "https://www.youtube.com.evil.example/watch?v=AAAAAAAAAAA", ""),
        ("youtube", "https://evil.example/https://youtu.be/AAAAAAAAAAA", ""),
        ("youtube", "https://www.youtube.com/", ""),
        ("youtube", "https://vimeo.com/123456789", ""),
        ("youtube", 'https://youtu.be/AAAAAAAAAA"', ""),
        ("vimeo", "https://vimeo.com/１２３４５６７", ""),
        ("unknown", VIDEO, ""),
        (None, None, ""),
    ],
)
def test_only_known_links_become_frames(provider: Any, link: Any, frame: str) -> None:
    assert frame_address(provider, link) == frame


def test_a_link_of_another_website_is_refused_with_a_sentence() -> None:
    block = EmbedBlock()
    value = block.to_python({**EMBED, "link": "https://vimeo.com/123456789"})

    with pytest.raises(ValidationError) as refused:
        block.clean(value)

    error = refused.value.block_errors["link"]
    assert error.messages == ["Paste the address of one video or place on YouTube."]


@pytest.fixture
def page(site: Any) -> InformationPage:
    page = InformationPage.objects.get(slug="about")
    page.body = [("embed", EMBED)]
    page.save_revision().publish()
    return page


def test_page_offers_a_link_and_a_frame_that_sleeps(
    client: Client, page: InformationPage
) -> None:
    html = client.get("/about/").content.decode()
    sleeping = html.split('<template data-consent-group="embedded-media">')[1]
    frame, rest = sleeping.split("</template>", 1)

    assert f'href="{VIDEO}"' in rest
    assert "on YouTube</a>" in rest
    assert "Videos and maps" in rest
    assert "youtube-nocookie.com/embed/AAAAAAAAAAA" in frame
    assert "youtube-nocookie" not in html.replace(frame, "")


def test_page_with_a_video_costs_no_further_query(
    client: Client, page: InformationPage, django_assert_num_queries: Any
) -> None:
    page.body = [("embed", EMBED)] * 9
    page.save_revision().publish()
    client.get("/about/")
    with CaptureQueriesContext(connection) as without_video:
        client.get("/privacy/")

    with django_assert_num_queries(len(without_video)):
        client.get("/about/")


@pytest.mark.parametrize("reason", ["no provider", "no group"])
def test_the_link_stays_when_nothing_may_be_shown(
    client: Client, page: InformationPage, reason: str
) -> None:
    if reason == "no group":
        CookieGroup.objects.get(varname="embedded-media").delete()
    allowed = {} if reason == "no provider" else settings.EMBED_PROVIDERS

    with override_settings(EMBED_PROVIDERS=allowed):
        html = client.get("/about/").content.decode()

    assert f'href="{VIDEO}"' in html
    assert "<iframe" not in html
    assert "data-consent-only" not in html


def test_the_policy_allows_frames_of_the_listed_hosts_and_of_no_others(
    client: Client, site: Any
) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    hosts = {
        urlsplit(provider["frame"]).netloc
        for provider in settings.EMBED_PROVIDERS.values()
    }

    assert directives["frame-src"].split() == sorted(f"https://{h}" for h in hosts)
    assert directives["default-src"] == "'none'"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["youtube", "vimeo", "google-maps"]),
        ("vimeo", ["vimeo"]),
        ("none", []),
    ],
)
def test_an_operator_chooses_the_providers(
    monkeypatch: pytest.MonkeyPatch, typed: str, expected: list[str]
) -> None:
    monkeypatch.setenv("EMBED_PROVIDERS", typed)

    assert allowed_providers() == expected


def test_an_unknown_provider_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_PROVIDERS", "youtube, example")

    with pytest.raises(ImproperlyConfigured, match="example"):
        allowed_providers()


def test_editors_choose_from_the_list_and_nothing_else() -> None:
    assert dict(provider_choices()) == {
        "youtube": "YouTube (video)",
        "vimeo": "Vimeo (video)",
        "google-maps": "Google Maps (map)",
    }


def test_a_video_in_a_treatment_is_part_of_the_approved_text(site: Any) -> None:
    treatment = TreatmentPage(title="Knee injections", what_it_is=[("embed", EMBED)])
    other = copy.copy(treatment)
    other.what_it_is = [("embed", {**EMBED, "link": "https://youtu.be/BBBBBBBBBBB"})]

    approved = treatment_content(treatment)["what_it_is"]

    assert approved == [{"type": "embed", "value": EMBED}]
    assert treatment_content(other)["what_it_is"] != approved
