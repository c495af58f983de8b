"""What an entry of the search table says about a policy, a treatment, a page."""

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from pages.models import InformationPage, Specialty, TreatmentPage
from policies.history import not_overtaken
from policies.models import PolicyVersion
from policies.plain_text import plain_text, text_of_html, words_of_blocks
from portal.search.models import Kind, SearchEntry
from portal.search.words import reference_key, with_stems, words_of

POLICY_TEXTS = [
    *("specialty", "local_label", "lay_summary", "scope", "criteria", "exclusions"),
    *("exceptions", "limits", "codes"),
]
BRACKET = re.compile(r"[()]")
TREATMENT_STREAMS = ["what_it_is", "why_it_is_done", "kinds", "what_happens"]


def entry(
    *, names: Iterable[str], texts: Iterable[str] = (), **values: Any
) -> SearchEntry:
    """An entry with its names, in the order of their worth, and all of its words."""
    lines = dict.fromkeys(" ".join(words_of(name)) for name in names)
    name_words = [word for line in lines for word in line.split()]
    text_words = [word for text in texts for word in words_of(text)]
    return SearchEntry(
        names="\n".join(line for line in lines if line),
        name_length=len(set(name_words)),
        name_words=" ".join(with_stems(name_words)),
        all_words=" ".join(with_stems([*name_words, *text_words])),
        **values,
    )


def policy_entries(keys: list[int], now: datetime.datetime) -> list[SearchEntry]:
    """The version in force of each policy and its scheduled ones, with their times."""
    specialties = {
        name: key for key, name in Specialty.objects.values_list("pk", "name")
    }
    return [
        policy_entry(version, until, specialties)
        for version, until in with_ends(keys, now)
    ]


def with_ends(
    keys: list[int], now: datetime.datetime
) -> list[tuple[PolicyVersion, datetime.datetime | None]]:
    """Versions that are or will be in force, each with the start of the next one."""
    ends: dict[int, datetime.datetime | None] = {}
    following: dict[int, datetime.datetime] = {}
    moments = not_overtaken().filter(policy__in=keys).order_by("-effective_from")
    for key, policy, start in moments.values_list("pk", "policy", "effective_from"):
        until = following.get(policy)
        following[policy] = start
        if until is None or until > now:
            ends[key] = until
    versions = PolicyVersion.objects.filter(pk__in=ends).select_related("policy")
    return [(version, ends[version.pk]) for version in versions]


def policy_entry(
    version: PolicyVersion,
    until: datetime.datetime | None,
    specialties: dict[str, int],
) -> SearchEntry:
    """An ended policy is found by its name and reference alone."""
    applies = version.applies
    content = version.content
    return entry(
        kind=Kind.POLICY,
        page_id=version.policy_id,
        version_id=version.pk,
        specialty_id=specialties.get(content["specialty"], version.policy.specialty_id),
        position=version.position if applies else "",
        is_ended=not applies,
        valid_from=version.effective_from,
        valid_until=until,
        reference_key=reference_key(version.reference),
        names=[
            version.title,
            *parts_of_title(version.title),
            version.reference,
            reference_key(version.reference),
        ],
        texts=[plain_text(content, name) for name in POLICY_TEXTS] if applies else [],
    )


def treatment_entries(keys: list[int]) -> list[SearchEntry]:
    treatments = (
        TreatmentPage.objects.live().public().select_related("specialty", "locale")
    )
    return [treatment_entry(page) for page in treatments.filter(pk__in=keys)]


def treatment_entry(page: TreatmentPage) -> SearchEntry:
    specialty = page.specialty
    return entry(
        kind=Kind.TREATMENT,
        page_id=page.pk,
        language=page.locale.language_code,
        live_revision=page.live_revision_id or 0,
        specialty_id=page.specialty_id,
        names=[page.title, *parts_of_title(page.title), *page.other_name_list],
        texts=[
            *(page.introduction, page.body_area, page.search_description),
            *((specialty.name, specialty.plain_name) if specialty else ()),
            *(text for name in TREATMENT_STREAMS for text in stream(page, name)),
        ],
    )


def parts_of_title(title: str) -> list[str]:
    """`Ear pinning (pinnaplasty)` has a plain name and a medical one."""
    return BRACKET.split(title)


def information_entries(keys: list[int]) -> list[SearchEntry]:
    pages = InformationPage.objects.live().public().filter(pk__in=keys)
    pages = pages.select_related("locale")
    return [
        entry(
            kind=Kind.INFORMATION,
            page_id=page.pk,
            language=page.locale.language_code,
            live_revision=page.live_revision_id or 0,
            names=[page.title],
            texts=[
                text_of_html(page.introduction),
                page.search_description,
                *stream(page, "body"),
            ],
        )
        for page in pages
    ]


def stream(page: Page, name: str) -> list[str]:
    return words_of_blocks(getattr(page, name).get_prep_value())


def entries(keys: list[int], now: datetime.datetime) -> list[SearchEntry]:
    """What the table should hold about these pages now and later."""
    return [
        *policy_entries(keys, now),
        *treatment_entries(keys),
        *information_entries(keys),
    ]


def searched_pages() -> Any:
    """The pages that may have an entry, whether they are public or not."""
    return Page.objects.filter(
        Q(treatmentpage__isnull=False)
        | Q(policypage__isnull=False)
        | Q(informationpage__isnull=False)
    )
