"""Lines of the answer: what each thing is, and in one line whether it is funded."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from pages.listings import fund_translations, with_funding
from pages.models import InformationPage, TreatmentPage
from policies.models import PolicyVersion
from policies.positions import SEVERAL_POLICIES, PositionWords
from portal.search.matching import Match
from portal.search.models import Kind
from portal.search.words import is_code, words_of

NO_POLICY = PositionWords(
    "",
    "",
    gettext_noop("No policy here is about this treatment. Your GP can tell you more."),
)


@dataclass(frozen=True)
class Result:
    """One line of the answer."""

    title: str
    url: str
    kind: str
    summary: str
    funding: PositionWords | None = None
    codes: Sequence[str] = ()


def results_of(matches: Sequence[Match], words: Sequence[str] = ()) -> list[Result]:
    """The matches of one screen, in their order, each as its source says it now."""
    by_kind: dict[str, list[int]] = {kind: [] for kind in Kind.values}
    for match in matches:
        by_kind[match.kind].append(match.page_id)
    found = {
        **treatment_results(by_kind[Kind.TREATMENT]),
        **policy_results(by_kind[Kind.POLICY], list(filter(is_code, words))),
        **information_results(by_kind[Kind.INFORMATION]),
    }
    return [found[match.page_id] for match in matches if match.page_id in found]


def treatment_results(keys: list[int]) -> dict[int, Result]:
    treatments = list(with_funding(TreatmentPage.objects.live().filter(pk__in=keys)))
    fund_translations([page for page in treatments if page.source_revision is not None])
    return {
        page.pk: Result(
            page.title,
            page.url,
            Kind.TREATMENT.label,
            page.introduction,
            funding_of(page.versions_in_force),  # type: ignore[attr-defined]
        )
        for page in treatments
    }


def funding_of(versions: Sequence[PolicyVersion]) -> PositionWords:
    """What the versions in force say together."""
    words = {version.words for version in versions}
    if len(words) == 1:
        return words.pop()
    return SEVERAL_POLICIES if words else NO_POLICY


def policy_results(keys: list[int], codes: list[str]) -> dict[int, Result]:
    """From the version in force, whatever the search table says."""
    versions = PolicyVersion.objects.in_force().filter(policy__in=keys)
    if not codes:
        versions = versions.without_content()
    return {
        version.policy_id: Result(
            f"{version.title} ({version.reference})",
            version.policy_url,
            Kind.POLICY.label,
            version.lay_summary if version.applies else "",
            version.words,
            code_lines(version, codes) if codes and version.applies else (),
        )
        for version in versions
    }


def code_lines(version: PolicyVersion, codes: list[str]) -> list[str]:
    """What the policy says about the codes that were typed."""
    return [
        f"{code['system']} {code['code']} {code['meaning']}: "
        + ("in this policy" if code["is_included"] else "not in this policy")
        for code in version.text.codes
        if "".join(words_of(code["code"])).startswith(tuple(codes))
    ]


def information_results(keys: list[int]) -> dict[int, Result]:
    pages = InformationPage.objects.live().public().filter(pk__in=keys)
    return {
        page.pk: Result(
            page.title,
            page.url,
            Kind.INFORMATION.label,
            page.search_description or page.introduction,
        )
        for page in pages
    }
