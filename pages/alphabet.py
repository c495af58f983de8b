"""Which treatments stand under which letter, asked once for each content generation.

A list shows a hundred of them. To sort thousands for each reader would make it dearer
with every treatment of the site.
"""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Substr, Upper
from wagtail.models import Page

from pages.models import Specialty, TreatmentPage
from pages.translations import in_language
from portal.cache.remembering import remembered

Letters = dict[str, list[int]]


def letters_of(language: str, specialty: Specialty | None = None) -> Letters:
    """Each letter with the keys of its treatments, both in the order of the titles."""
    chosen = specialty.pk if specialty else None

    def sort() -> Letters:
        pages = in_language(Page.objects.live(), language).filter(
            pk__in=treatments_of(chosen)
        )
        letters: Letters = {}
        sorted_pages = pages.order_by(Upper("title"))
        for letter, key in sorted_pages.values_list(Upper(Substr("title", 1, 1)), "pk"):
            letters.setdefault(letter, []).append(key)
        return letters

    return remembered(("treatments from A to Z", language, chosen), sort)


def treatments_of(specialty: int | None) -> QuerySet[TreatmentPage]:
    treatments: Any = TreatmentPage.objects.order_by()
    if specialty is not None:
        treatments = treatments.filter(specialty=specialty)
    return treatments.values("pk")  # type: ignore[no-any-return]


def keys_of(letters: Letters, chosen: str = "") -> list[int]:
    """Of one letter, or of all."""
    if chosen:
        return letters.get(chosen, [])
    return [key for keys in letters.values() for key in keys]
