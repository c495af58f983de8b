"""What the site tells search engines, crawlers and those who find a weakness."""

import datetime
import json
import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.test import Client, override_settings
from wagtail.models import Site

from pages.models import SiteBrand, TreatmentPage
from policies.models import PolicyVersion
from portal.checks import security_contact_is_set
from portal.sitemaps import PortalSitemap
from tests.factories.bulk import copy_treatments
from tests.site.test_public_pages import ADDRESSES

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# Search engines are told to leave these out.
NOT_LISTED = ("/search/", "/nothing-here/", "/follow/", "/feedback/")
TYPES = {
    "/": {"BreadcrumbList", "Organization", "WebSite"},
    "/treatments/": {"BreadcrumbList"},
    "/treatments/knee-injections/": {"BreadcrumbList", "MedicalWebPage"},
    "/treatments/specialty/musculoskeletal/": {"BreadcrumbList"},
    "/policies/": {"BreadcrumbList"},
    "/policies/sp-100/": {"BreadcrumbList", "MedicalGuideline", "CreativeWork"},
    "/policies/sp-100/history/": {"BreadcrumbList"},
    "/about/": {"BreadcrumbList"},
    "/api/": {"BreadcrumbList"},
}


@pytest.fixture
def public_site(site: Site, treatment: TreatmentPage, version: PolicyVersion) -> Site:
    return site


def html_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def nodes_of(html: str) -> list[dict]:
    (script,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL
    )
    data = json.loads(script)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


@pytest.mark.once
def test_pages_name_their_kind_in_words_of_schema_org(
    client: Client, public_site: Site
) -> None:
    for address, expected in TYPES.items():
        nodes = nodes_of(html_of(client, address))
        names: set[str] = set()
        for node in nodes:
            kinds = node["@type"]
            names |= {kinds} if isinstance(kinds, str) else set(kinds)
        assert names == expected, address
        crumbs = nodes[0]["itemListElement"]
        assert crumbs[0]["item"] == "http://testserver/"
        assert [crumb["position"] for crumb in crumbs] == [*range(1, len(crumbs) + 1)]


@pytest.mark.once
def test_treatment_says_what_it_covers_and_who_reviewed_it(
    client: Client, public_site: Site, treatment: TreatmentPage
) -> None:
    reviewed_on = datetime.date(2026, 3, 4)
    TreatmentPage.objects.filter(pk=treatment.pk).update(last_reviewed_on=reviewed_on)
    SiteBrand(site=public_site, organisation_name="</script><b>& done").save()

    html = html_of(client, "/treatments/knee-injections/")

    (node,) = [node for node in nodes_of(html) if node["@type"] == "MedicalWebPage"]
    assert node["lastReviewed"] == "2026-03-04"
    assert node["reviewedBy"]["name"] == "</script><b>& done"
    assert node["about"]["alternateName"] == ["steroid jab", "cortisone"]
    aspects = {part["hasHealthAspect"] for part in node["hasPart"]}
    assert "https://schema.org/RisksOrComplicationsHealthAspect" in aspects
    for part in node["hasPart"]:
        assert f'id="{part["url"].partition("#")[2]}"' in html


@pytest.mark.once
def test_home_offers_search(client: Client, public_site: Site) -> None:
    (site,) = [
        node for node in nodes_of(html_of(client, "/")) if node["@type"] == "WebSite"
    ]

    template = site["potentialAction"]["target"]["urlTemplate"]
    address = template.replace("{search_term_string}", "knee")
    assert client.get(address).status_code == 200


@pytest.mark.once
def test_every_listed_page_has_one_address_and_one_description(
    client: Client, public_site: Site
) -> None:
    for address in [*ADDRESSES, "/api/"]:
        if address.startswith(NOT_LISTED):
            continue
        html = html_of(client, address)
        (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)"', html)
        assert canonical == f"http://testserver{address.partition('?')[0]}"
        (description,) = re.findall(r'<meta name="description" content="([^"]*)"', html)
        assert description.strip(), address


def test_sitemap_lists_pages_of_their_own_with_the_day_of_their_last_change(
    client: Client, public_site: Site, version: PolicyVersion
) -> None:
    response = client.get("/sitemap.xml")

    found = {
        url.find(f"{SITEMAP}loc").text: url.find(f"{SITEMAP}lastmod")
        for url in ElementTree.fromstring(response.content)
    }
    day = version.effective_from.date().isoformat()
    for address in (
        "/",
        "/treatments/knee-injections/",
        "/treatments/specialty/musculoskeletal/",
        "/policies/",
        "/policies/sp-100/",
        "/policies/sp-100/versions/1/",
        "/api/",
    ):
        lastmod = found[f"http://testserver{address}"]
        assert address in {"/", "/api/"} or lastmod.text.startswith(day)
    said = [
        text
        for address in found
        for text in re.findall(
            r'<title>([^<]+)</title>|<meta name="description" content="([^"]+)"',
            html_of(client, address),
        )
    ]
    assert len(said) == len(set(said)) == 2 * len(found)
    again = client.get("/sitemap.xml", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.once
def test_large_site_has_an_index_of_maps_that_list_the_same(
    client: Client, public_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed(address: str) -> tuple[str, list[str]]:
        root = ElementTree.fromstring(client.get(address).content)
        return root.tag, [node.text or "" for node in root.iter(f"{SITEMAP}loc")]

    _kind, whole = listed("/sitemap.xml")
    treatment = TreatmentPage.objects.get(slug="knee-injections")
    copy_treatments(treatment, 3)
    monkeypatch.setattr(PortalSitemap, "limit", 2)

    kind, maps = listed("/sitemap.xml")
    parts = [listed(address.removeprefix("http://testserver"))[1] for address in maps]

    assert kind == f"{SITEMAP}sitemapindex"
    assert "http://testserver/sitemap-treatments.xml?p=2" in maps
    assert all(len(part) <= 2 for part in parts)
    found = [address for part in parts for address in part]
    assert len(found) == len(set(found)) == len(whole) + 3
    assert set(whole) < set(found)


@pytest.mark.once
def test_crawlers_are_kept_out_of_what_has_no_end(
    client: Client, public_site: Site
) -> None:
    text = html_of(client, "/robots.txt")

    assert "Sitemap: http://testserver/sitemap.xml" in text
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.can_fetch("*", "/policies/sp-100/versions/1/")
    assert not rules.can_fetch("*", "/admin/")
    # The parser of the standard library does not know the asterisk.
    assert "Disallow: /policies/*/compare/\nDisallow: /policies/*/on/" in text


@pytest.mark.once
@override_settings(
    SECURITY_CONTACT="mailto:security@example.org",
    SECURITY_CONTACT_EXPIRES="2099-06-30",
)
def test_finder_of_a_weakness_learns_whom_to_tell(client: Client, site: Site) -> None:
    response = client.get("/.well-known/security.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Contact: mailto:security@example.org\n" in response.content.decode()
    assert "Expires: 2099-06-30T23:59:59Z\n" in response.content.decode()
    assert list(security_contact_is_set()) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("contact", "expires", "expected"),
    [
        ("", "", ["portal.E015", "portal.E016"]),
        ("it@example.org", "2099-06-30", ["portal.E015"]),
        ("mailto:it@example.org", "2020-06-30", ["portal.E016"]),
        ("mailto:it@example.org", "soon", ["portal.E016"]),
    ],
)
def test_missing_or_old_security_contact_stops_the_deployment(
    contact: str, expires: str, expected: list[str]
) -> None:
    with override_settings(SECURITY_CONTACT=contact, SECURITY_CONTACT_EXPIRES=expires):
        assert [found.id for found in security_contact_is_set()] == expected


@pytest.mark.once
def test_without_a_contact_there_is_no_file(client: Client, site: Site) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.once
def test_data_of_an_empty_site_is_empty(client: Client, site: Site) -> None:
    nothing = {"items": [], "next": None}

    assert client.get("/api/v1/policies/").json() == nothing
    assert client.get("/api/v1/treatments/").json() == nothing
    assert json.loads(b"".join(client.get("/policies/register.json"))) == {
        "versions": []
    }
    assert client.get("/sitemap.xml").status_code == 200
