"""The first treatment says what the page that it replaces said, fact by fact."""

import html
import re

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from policies.models import PolicyVersion
from portal.accounts.samples import create_sample_accounts
from portal.importers.folder import SAMPLE_FOLDER
from portal.importers.policies import import_policy
from portal.importers.shapes import read_json
from portal.importers.site import import_site
from portal.importers.treatments import import_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seed"), pytest.mark.once]

ADDRESS = "/treatments/image-guided-joint-injections/"
TREATMENTS = ["knee-replacement", "image-guided-joint-injections"]
POLICIES = ["cp-001", "cp-002"]

# Each fact: where it stands (the id of a heading), and the words that say it.
FACTS = {
    "is an injection into a joint": ("what-it-is", ["joint", "intra-articular"]),
    "holds anaesthetic and steroid": ("what-it-is", ["anaesthetic", "corticosteroid"]),
    "with or without guidance": ("what-it-is", ["with or without", "image guidance"]),
    "guided by ultrasound or X-ray": ("what-it-is", ["ultrasound", "X-ray"]),
    "eases pain and inflammation": ("why-it-is-done", ["severe pain", "inflammation"]),
    "arthritis is a lasting disorder": (
        "why-it-is-done",
        ["lasts for a long time", "chronic musculoskeletal disorder"],
    ),
    "degenerative or inflammatory": (
        "why-it-is-done",
        ["degenerative", "inflammatory"],
    ),
    "involves every structure": (
        "why-it-is-done",
        ["every part of the joint", "synovial membrane", "cartilage", "the bone"],
    ),
    "common in these joints": (
        "why-it-is-done",
        ["knees", "hips", "feet", "small joints of the hands"],
    ),
    "joints cannot repair themselves": ("why-it-is-done", ["cannot mend themselves"]),
    "most joints can have it": ("why-it-is-done", ["Most other joints"]),
    "what arthritis does to people": (
        "why-it-is-done",
        ["severe pain and inflammation", "moving harder", "everyday life less good"],
    ),
    "used when other care failed": (
        "why-it-is-done",
        ["physiotherapy", "painkillers", "how you live", "has not worked well"],
    ),
    "corticosteroid injection": ("kinds", ["Corticosteroid injection", "cortisone"]),
    "anaesthetic is quick, steroid lasts": (
        "kinds",
        ["anaesthetic takes pain away quickly", "pain and swelling for longer"],
    ),
    "hyaluronan lubricates": (
        "kinds",
        ["Hyaluronan injection", "lubricating", "natural hyaluronic acid", "fluid"],
    ),
    "image guided injection": (
        "kinds",
        ["Image guided injection", "ultrasound scan", "needle", "right place"],
    ),
    "palpated injection": (
        "kinds",
        ["Palpated injection", "No pictures", "trained clinician feels the joint"],
    ),
    "pain afterwards": ("risks", ["post-injection pain"]),
    "crystals": ("risks", ["crystals in the joint fluid", "crystal synovitis"]),
    "bleeding": ("risks", ["bleeding in the joint", "haemarthrosis"]),
    "infection": ("risks", ["severe infection of the joint", "joint sepsis"]),
    "tissue death": ("risks", ["cells in the tissue die", "necrosis"]),
    "worn cartilage": ("risks", ["white layer over the ends of the bones", "atrophy"]),
    "fluid retention": ("risks", ["fluid retention"]),
    "hypertension may worsen": ("risks", ["hypertension", "worse"]),
    "diabetes may worsen": ("risks", ["diabetes", "worse"]),
    "advice and guidance": ("who-can-have-it", ["Advice and guidance", "specialist"]),
    "whose patients": ("area", ["NHS Birmingham and Solihull CCG"]),
}


@pytest.fixture(scope="module")
def page_and_policies(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> tuple[str, dict[str, str]]:
    """The page as the public gets it, and its policies in force; nothing is kept."""
    with django_db_blocker.unblock(), transaction.atomic():
        create_sample_accounts("a-password-for-tests")
        import_site(read_json(SAMPLE_FOLDER / "site.json"))
        for slug in TREATMENTS:
            (path,) = (SAMPLE_FOLDER / "treatments").glob(f"*-{slug}.json")
            import_treatment(read_json(path), SAMPLE_FOLDER)
        for reference in POLICIES:
            (path,) = (SAMPLE_FOLDER / "policies").glob(f"{reference}-*.json")
            import_policy(read_json(path), SAMPLE_FOLDER)
        page = Client().get(ADDRESS).content.decode()
        policies = {
            version.reference: version.text.scope_html
            for version in PolicyVersion.objects.in_force()
        }
        transaction.set_rollback(True)
    return page, policies


def section(page: str, heading_id: str) -> str:
    """The words from the heading with this id up to the next heading with one."""
    marked = re.split(r'<h[12][^>]*\sid="([^"]+)"[^>]*>', page)
    sections = dict(zip(marked[1::2], marked[2::2], strict=True))
    text = re.sub(r"<[^>]+>", " ", sections[heading_id])
    return re.sub(r"\s+", " ", html.unescape(text))


@pytest.mark.parametrize("fact", FACTS)
def test_the_page_states_the_fact_in_its_section(page_and_policies, fact):
    page, _policies = page_and_policies
    heading_id, words = FACTS[fact]

    text = section(page, heading_id).lower()

    assert [word for word in words if word.lower() not in text] == []


def test_the_steroid_policy_covers_injections_with_or_without_anaesthetic(
    page_and_policies,
):
    _page, policies = page_and_policies

    assert "corticosteroid with or without local anaesthetic" in policies["CP-001"]


def test_a_policy_of_its_own_covers_high_volumes_of_saline(page_and_policies):
    _page, policies = page_and_policies

    assert "40 ml or more of saline" in policies["CP-002"]


def test_the_page_leads_to_both_policies(page_and_policies):
    page, _policies = page_and_policies

    assert 'href="/policies/cp-001/"' in page
    assert 'href="/policies/cp-002/"' in page
