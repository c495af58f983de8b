"""The sample content shows every state and shape that the portal knows."""

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils.html import strip_tags
from pytest_django import DjangoDbBlocker
from wagtail.models import Page, Site

from pages.models import InformationPage, SiteBrand, TreatmentPage
from pages.provisioning import provision_tree
from pages.translations import behind, in_language
from policies import outbox
from policies.criteria.blocks import CriterionKind, Rule
from policies.criteria.tree import Group
from policies.models import (
    ChangeRequest,
    ChangeType,
    PolicyIndexPage,
    PolicyPage,
    PolicyVersion,
)
from policies.positions import FundingRoute, Position
from policies.subscriptions.bulletins import due_bulletins
from portal.accounts.provisioning import provision_roles
from portal.accounts.samples import SAMPLE_ACCOUNTS
from portal.importers.folder import SAMPLE_FOLDER
from portal.media.models import PortalDocument
from tests.site.answers import links
from tests.site.kept_pages import queries_of_kept, shown_otherwise

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("sample")]
RIGHT_OF_A_HUNDRED = 95
INJECTIONS = "/treatments/image-guided-joint-injections/"
with (Path(__file__).parent / "search_words.csv").open(encoding="utf-8") as file:
    SEARCH_WORDS = {row["typed"]: row["page"] for row in csv.DictReader(file)}


class Sample:
    """What the loaded sample content shows, gathered before it is rolled back."""

    def __init__(self, output: str) -> None:
        self.output = output
        versions = list(PolicyVersion.objects.select_related("change"))
        self.texts = [version.text for version in versions]
        self.trees = [text.criteria for text in self.texts if text.criteria]
        self.leaves = [leaf for tree in self.trees for leaf in tree.criteria()]
        self.rules = {group.rule for tree in self.trees for group in groups(tree)}
        self.positions = {version.position for version in versions}
        self.routes = {text.content["funding_route"] for text in self.texts}
        self.change_types = {version.change_type for version in versions}
        self.classes = {version.change.change_class for version in versions}
        self.codes = [code for text in self.texts for code in text.codes]
        self.has_scheduled = PolicyVersion.objects.exclude(
            pk__in=PolicyVersion.objects.effective()
        ).exists()
        self.version_counts = [
            policy.versions.count() for policy in PolicyPage.objects.all()
        ]
        self.waiting = {
            change.page.slug: change.decisions.count()
            for change in ChangeRequest.objects.filter(status="in_review")
        }
        self.sent_back = ChangeRequest.objects.filter(status="rejected").count()
        self.never_submitted = PolicyPage.objects.filter(changes=None).count()
        self.in_force = [
            version.text.treatment_ids for version in PolicyVersion.objects.in_force()
        ]
        self.bodies = [text.bodies for text in self.texts]
        self.documents = list(PortalDocument.objects.values("kind", "language"))
        self.look_at_translations()
        self.mails_waiting = outbox.notices().ready().count()
        self.untold = due_bulletins().count()
        self.notice = SiteBrand.objects.get().sample_notice
        self.look_at_kept_parts()
        self.first_found = {
            typed: first_link(Client().get("/search/", {"q": typed}))
            for typed in SEARCH_WORDS
        }
        self.information = set(
            InformationPage.objects.live()
            .filter(latest_revision__isnull=False)
            .values_list("slug", flat=True)
        )

    def look_at_translations(self) -> None:
        self.live_treatments = in_language(TreatmentPage.objects.live()).count()
        self.translated_into = set(
            TreatmentPage.objects.live()
            .exclude(source_revision=None)
            .values_list("locale__language_code", flat=True)
        )
        self.is_behind = behind(TreatmentPage).exists()
        self.has_old_translation = TreatmentPage.objects.filter(
            documents__is_translation_behind=True
        ).exists()

    def look_at_kept_parts(self) -> None:
        addresses = [page.url for page in Page.objects.live().specific() if page.url]
        versions = PolicyVersion.objects.effective()
        addresses += [version.get_absolute_url() for version in versions]
        self.addresses = addresses
        self.shown_otherwise = list(shown_otherwise(addresses))
        self.queries_of_kept = {
            address: queries_of_kept(address)
            for address in (INJECTIONS, "/policies/cp-001/")
        }


def first_link(response: Any) -> str:
    return next(iter(links(response.content.decode())), "")


def groups(tree: Group) -> Iterator[Group]:
    yield tree
    for member in tree.members:
        if isinstance(member, Group):
            yield from groups(member)


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Sample:
    languages = [("en-gb", "English"), ("ur", "Urdu"), ("pl", "Polish")]
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(
            WAGTAIL_CONTENT_LANGUAGES=languages, WAGTAIL_I18N_ENABLED=True
        ),
    ):
        provision_tree([PolicyIndexPage])
        provision_roles()
        output = StringIO()
        call_command("load_sample_content", stdout=output)
        gathered = Sample(output.getvalue())
        transaction.set_rollback(True)
    Site.clear_site_root_paths_cache()
    return gathered


def test_the_sample_has_every_position_and_funding_route(sample):
    assert sample.positions == set(Position.values)
    assert sample.routes == set(FundingRoute.values)


def test_loading_the_sample_writes_to_nobody(sample):
    assert sample.mails_waiting == sample.untold == 0


def test_every_page_is_the_same_with_and_without_kept_parts(sample):
    assert len(sample.addresses) > 40
    assert sample.shown_otherwise == []


def test_pages_of_kept_parts_ask_next_to_nothing(sample):
    # Those of a treatment: whether any page is restricted, and its other languages.
    assert sample.queries_of_kept == {INJECTIONS: 2, "/policies/cp-001/": 0}


def test_the_sample_has_translations_and_one_is_behind(sample):
    assert sample.translated_into == {"ur", "pl"}
    assert sample.is_behind


def test_the_sample_has_every_shape_of_criteria(sample):
    assert sample.rules == set(Rule.values)
    assert {leaf.kind for leaf in sample.leaves} == set(CriterionKind.values)
    assert max(tree.depth for tree in sample.trees) == 4
    assert any(leaf.unless for leaf in sample.leaves)
    assert any(quantity.unit for leaf in sample.leaves for quantity in leaf.quantities)
    assert all(leaf.node_id for leaf in sample.leaves)


def test_the_sample_has_every_kind_of_change(sample):
    assert sample.change_types == set(ChangeType.values) - {ChangeType.REVIEW}
    assert sample.classes == {"major", "minor"}
    assert max(sample.version_counts) == 3
    assert sample.has_scheduled


def test_the_sample_has_work_at_every_stage(sample):
    policies = {slug: count for slug, count in sample.waiting.items() if "cp-" in slug}
    assert sorted(policies.values()) == [0, 0, 2]
    assert sample.sent_back == 1
    assert sample.never_submitted == 1


def test_the_sample_joins_treatments_and_policies_many_to_many(sample):
    covered = [pk for treatments in sample.in_force for pk in treatments]

    assert any(len(treatments) > 1 for treatments in sample.in_force)
    assert len(covered) > len(set(covered))
    assert any(len(bodies) == 2 for bodies in sample.bodies)


def test_the_sample_has_codes_and_documents(sample):
    assert {code["system"] for code in sample.codes} == {
        "OPCS-4",
        "ICD-10",
        "SNOMED CT",
    }
    assert {code["is_included"] for code in sample.codes} == {True, False}
    kinds = {document["kind"] for document in sample.documents}
    assert {"policy", "leaflet", "easy_read", "equality"} <= kinds
    assert "ur" in {document["language"] for document in sample.documents}
    assert sample.has_old_translation


@pytest.mark.once
def test_the_sample_says_that_it_is_one(sample):
    assert sample.live_treatments >= 12
    assert "not medical advice" in sample.notice
    assert all("sample content" in text.scope_html for text in sample.texts)
    assert {"about", "contact", "privacy", "accessibility"} < sample.information


def test_the_command_names_every_sample_account(sample):
    for username in [*SAMPLE_ACCOUNTS, "admin", "sample-portal-2026"]:
        assert username in sample.output


def sentences(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"other_names", "documents", "review"}:
                yield from sentences(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from sentences(inner)
    elif isinstance(value, str):
        for passage in re.split(r"</(?:p|li|h3)>", value):
            yield from re.split(r"(?<=[.:?!])\s", strip_tags(passage))


@pytest.mark.once
@pytest.mark.parametrize(
    "path",
    sorted((SAMPLE_FOLDER / "treatments").glob("*.json")),
    ids=lambda path: path.stem,
)
def test_sentences_for_patients_have_at_most_twenty_words(path):
    data = json.loads(path.read_text(encoding="utf-8"))

    assert [text for text in sentences(data) if len(text.split()) > 20] == []


def test_search_puts_the_right_page_first_for_lay_names_and_misspellings(sample):
    wrong = {
        typed: found
        for typed, found in sample.first_found.items()
        if found != SEARCH_WORDS[typed]
    }

    assert len(SEARCH_WORDS) == 100
    assert len(SEARCH_WORDS) - len(wrong) >= RIGHT_OF_A_HUNDRED, wrong
