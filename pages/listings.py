"""Lists of treatments for readers: from A to Z, by specialty, related ones."""

from collections import Counter
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import (
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Substr, Upper
from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail.models import PageLogEntry

from pages.models import Specialty, TreatmentPage
from pages.translations import in_language

TREATMENTS_PER_PAGE = 100
RECENT_UPDATES = 3
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def public_treatments() -> QuerySet[TreatmentPage]:
    """Treatments in English that anybody may read: a page on record stays public."""
    return in_language(TreatmentPage.objects.live())


def versions_in_force() -> QuerySet[Any]:
    """Policy versions in force, reached by relation: pages do not know policies."""
    version_model: Any = TreatmentPage._meta.get_field("policy_versions").related_model
    return version_model.objects.applying().without_content().order_by("reference")


def with_funding(treatments: QuerySet[TreatmentPage]) -> QuerySet[TreatmentPage]:
    """Each with `versions_in_force`, in one more query for all of them."""
    return treatments.prefetch_related(
        Prefetch("policy_versions", versions_in_force(), to_attr="versions_in_force")
    )


def fund_translations(rows: list[Any]) -> None:
    """Give translations the `versions_in_force` of their English pages; two queries."""
    keys = [row.translation_key for row in rows]
    english = with_funding(public_treatments().filter(translation_key__in=keys))
    versions = {page.translation_key: page.versions_in_force for page in english}
    for row in rows:
        row.versions_in_force = versions.get(row.translation_key, [])


def versions_applying_to(page: TreatmentPage) -> Any:
    """Policies name the English page; a translation asks for those of its source."""
    if page.source_revision is None:
        return page.policy_versions.applying().order_by("reference")
    english = public_treatments().filter(translation_key=page.translation_key)
    version_model: Any = TreatmentPage._meta.get_field("policy_versions").related_model
    versions = version_model.objects.applying().filter(treatments__in=english)
    return versions.order_by("reference")


def funding_words(treatment: TreatmentPage) -> Any:
    """The position in words; None without a policy, or when policies differ."""
    words = {version.words for version in treatment.versions_in_force}
    return words.pop() if len(words) == 1 else None


def specialties_in_use() -> QuerySet[Specialty]:
    """Specialties under which a reader finds at least one treatment."""
    return Specialty.objects.filter(
        pk__in=public_treatments().order_by().values("specialty")
    )


def live_related_treatments(page: TreatmentPage) -> list[TreatmentPage]:
    """For a translation those that are translated as well."""
    related = page.related_treatments.all()
    if page.source_revision is not None:
        keys = [row.translation_key for row in related]
        related = TreatmentPage.objects.filter(
            locale=page.locale_id, translation_key__in=keys
        )
    return sorted((row for row in related if row.live), key=lambda row: row.title)


def documents_of(page: TreatmentPage) -> list[Any]:
    """The leaflets beside a treatment with their files, in two queries."""
    rows = list(page.documents.all())
    prefetch_related_objects(rows, "document")
    return rows


def updates_of(page: TreatmentPage) -> QuerySet[Any]:
    """The latest changes that readers have seen, each with `published_at`.

    One that waits for its policy to take effect is approved, but not published.
    """
    publications = PageLogEntry.objects.filter(
        page=page.pk, action="wagtail.publish", revision=OuterRef("revision")
    )
    changes: QuerySet[Any] = page.changes.filter(status="approved").defer("content")
    return (
        changes.annotate(
            published_at=Subquery(
                publications.order_by("timestamp").values("timestamp")[:1]
            )
        )
        .exclude(published_at=None)
        .order_by("-published_at")[:RECENT_UPDATES]
    )


def a_to_z_context(
    request: HttpRequest,
    specialty: Specialty | None = None,
    *,
    language: str = settings.LANGUAGE_CODE,
) -> dict[str, Any]:
    """What the index template shows for the chosen letter or specialty."""
    is_english = language == settings.LANGUAGE_CODE
    treatments = in_language(TreatmentPage.objects.live(), language).annotate(
        letter=Upper(Substr("title", 1, 1))
    )
    if specialty is not None:
        treatments = treatments.filter(specialty=specialty)
    counts = Counter(treatments.order_by().values_list("letter", flat=True))
    chosen = request.GET.get("letter", "")[:1].upper()
    if chosen:
        treatments = treatments.filter(letter=chosen)
    paginator = Paginator(treatments.order_by(Upper("title")), TREATMENTS_PER_PAGE)
    paginator.count = counts[chosen] if chosen else counts.total()
    page_obj = paginator.get_page(request.GET.get("p"))
    shown: Any = page_obj.object_list
    rows: list[Any] = list(with_funding(shown) if is_english else shown)
    if not is_english:
        fund_translations(rows)
    for treatment in rows:
        treatment.funding = funding_words(treatment)
    return {
        "letters": letter_links(
            request, counts, chosen, ALPHABET if is_english else "".join(sorted(counts))
        ),
        "groups": [
            (letter, list(group))
            for letter, group in groupby(rows, key=lambda row: row.letter)
        ],
        "page_obj": page_obj,
        "specialty": specialty,
        "specialties": specialties_in_use() if is_english else [],
        "empty_message": empty_message(chosen, specialty),
    }


def letter_links(
    request: HttpRequest, counts: Counter[str], chosen: str, alphabet: str
) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "count": counts[letter],
            "url": f"{request.path}?{urlencode({'letter': letter})}",
            "is_current": letter == chosen,
        }
        for letter in alphabet
    ]


def empty_message(chosen: str, specialty: Specialty | None) -> str:
    if specialty is not None and not chosen:
        return f"No treatment is listed under {specialty.name} yet."
    if chosen:
        return gettext(
            "No treatment begins with %(letter)s. It may have another name: try search."
        ) % {"letter": chosen}
    return gettext("No treatment has been published yet.")
