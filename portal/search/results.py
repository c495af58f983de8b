"""Finds treatments, policies and information pages, and says how each is funded."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from pages.listings import funding_words, with_funding
from pages.models import InformationPage, TreatmentPage
from policies.models import PolicyPage, PolicyVersion
from policies.positions import PositionWords

SEARCHED_TYPES = (TreatmentPage, PolicyPage, InformationPage)
KINDS = {
    TreatmentPage: "Treatment",
    PolicyPage: "Policy",
    InformationPage: "Information",
}


@dataclass(frozen=True)
class Result:
    """One line of the answer."""

    title: str
    url: str
    kind: str
    summary: str
    funding: PositionWords | None = None


def search(words: str) -> Any:
    """Pages that hold all the words, else any of them, best first."""
    pages = Page.objects.live().public().type(*SEARCHED_TYPES)
    found = pages.search(words, operator="and")
    if not found.count():
        found = pages.search(words, operator="or")
    if not found.count():
        found = pages.autocomplete(words)
    return found


def results_of(pages: list[Page]) -> list[Result]:
    """The pages of one screen as results, in their order, in a few queries."""
    keys = [page.pk for page in pages]
    treatments = {
        page.pk: page
        for page in with_funding(TreatmentPage.objects.filter(pk__in=keys))
    }
    versions = {
        version.policy_id: version
        for version in PolicyVersion.objects.in_force()
        .filter(policy__in=keys)
        .without_content()
    }
    results = []
    for page in pages:
        if page.pk in treatments:
            results.append(treatment_result(treatments[page.pk]))
        elif page.pk in versions:
            results.append(policy_result(versions[page.pk]))
        elif page.specific_class is InformationPage:
            results.append(
                Result(page.title, page.url, "Information", page.search_description)
            )
    return results


def treatment_result(page: TreatmentPage) -> Result:
    return Result(
        page.title, page.url, "Treatment", page.introduction, funding_words(page)
    )


def policy_result(version: PolicyVersion) -> Result:
    return Result(
        f"{version.title} ({version.reference})",
        version.policy_url,
        "Policy",
        version.lay_summary,
        version.words,
    )
