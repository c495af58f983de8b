"""Lists of treatments for readers: from A to Z, by specialty, related ones."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import (
    F,
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

from pages.alphabet import keys_of, letters_of
from pages.models import Specialty, TreatmentPage
from pages.translations import in_language
from portal.cache.remembering import remembered

TREATMENTS_PER_PAGE = 100
RECENT_UPDATES = 3
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What a list says of a treatment; the texts of a hundred pages would stay unread.
LISTED = ["title", "url_path", "translation_key", "introduction", "other_names"]


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


def specialties_to_browse() -> list[Specialty]:
    """The same for pages, which look at every treatment once for each generation."""
    return remembered("specialties in use", lambda: list(specialties_in_use()))


def live_related_treatments(page: TreatmentPage) -> list[TreatmentPage]:
    """For a translation those that are translated as well."""
    related: Any = page.related_treatments.all()
    if page.source_revision is not None:
        keys = [row.translation_key for row in related]
        related = TreatmentPage.objects.filter(
            locale=page.locale_id, translation_key__in=keys
        )
    if isinstance(related, QuerySet):  # A preview has them in memory.
        related = related.only("title", "url_path", "live")
    return sorted((row for row in related if row.live), key=lambda row: row.title)


def documents_of(page: TreatmentPage) -> list[Any]:
    """The leaflets beside a treatment with their files."""
    documents: Any = page.documents.all()
    if isinstance(documents, QuerySet):
        return list(documents.select_related("document"))
    rows = list(documents)
    prefetch_related_objects(rows, "document")
    return rows


def updates_of(page: TreatmentPage) -> list[Any]:
    """The latest changes that readers have seen: `change_note` and `published_at`.

    One that waits for its policy to take effect is approved, but not published.
    """
    publications = PageLogEntry.objects.filter(
        page=page.pk, action="wagtail.publish", revision=OuterRef("revision")
    )
    first = Subquery(publications.order_by("timestamp").values("timestamp")[:1])
    changes = page.changes.filter(status="approved").values(
        "change_note", published_at=first
    )
    latest = changes.order_by(F("published_at").desc(nulls_last=True))
    return [row for row in latest[:RECENT_UPDATES] if row["published_at"]]


def a_to_z_context(
    request: HttpRequest,
    specialty: Specialty | None = None,
    *,
    language: str = settings.LANGUAGE_CODE,
) -> dict[str, Any]:
    """What the index template shows for the chosen letter or specialty."""
    is_english = language == settings.LANGUAGE_CODE
    letters = letters_of(language, specialty)
    chosen = request.GET.get("letter", "")[:1].upper()
    paginator = Paginator(keys_of(letters, chosen), TREATMENTS_PER_PAGE)
    page_obj = paginator.get_page(request.GET.get("p"))
    rows = listed_treatments(list(page_obj), is_english=is_english)
    return {
        "letters": letter_links(
            request,
            {letter: len(keys) for letter, keys in letters.items()},
            chosen,
            ALPHABET if is_english else "".join(sorted(letters)),
        ),
        "groups": [
            (letter, list(group))
            for letter, group in groupby(rows, key=lambda row: row.letter)
        ],
        "page_obj": page_obj,
        "specialty": specialty,
        "specialties": specialties_to_browse() if is_english else [],
        "empty_message": empty_message(chosen, specialty),
    }


def listed_treatments(keys: Sequence[int], *, is_english: bool) -> list[Any]:
    """Treatments in this order, as far as a list shows them, with their `funding`."""
    shown: Any = (
        TreatmentPage.objects.filter(pk__in=keys)
        .annotate(letter=Upper(Substr("title", 1, 1)))
        .only(*LISTED)
    )
    rows: list[Any] = list(with_funding(shown) if is_english else shown)
    if not is_english:
        fund_translations(rows)
    for treatment in rows:
        treatment.funding = funding_words(treatment)
    place = {key: number for number, key in enumerate(keys)}
    return sorted(rows, key=lambda row: place[row.pk])


def letter_links(
    request: HttpRequest, counts: dict[str, int], chosen: str, alphabet: str
) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "count": counts.get(letter, 0),
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
