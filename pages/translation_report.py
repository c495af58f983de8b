"""The list of translations for staff: what each was made from, and which are behind."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages.models import InformationPage, TreatmentPage
from pages.translations import behind, english_titles
from portal.languages import language


@require_safe
def translation_report(request: HttpRequest) -> HttpResponse:
    """Every translation, those that are behind first; the same few queries for all."""
    rows = sorted(
        (row for model in (TreatmentPage, InformationPage) for row in rows_of(model)),
        key=lambda row: (not row["is_behind"], row["english"], row["language"]),
    )
    context = {"page_title": "Translations", "rows": rows}
    return render(request, "pages/admin/translations.html", context)


def rows_of(model: Any) -> list[dict[str, Any]]:
    pages = list(
        model.objects.exclude(source_revision=None).annotate(
            code=F("locale__language_code")
        )
    )
    late = set(behind(model).values_list("pk", flat=True))
    titles = english_titles(pages)
    return [
        {
            "page": page,
            "language": language(page.code).english_name,
            "tag": language(page.code).tag,
            "english": titles.get(page.translation_key, ""),
            "is_behind": page.pk in late,
        }
        for page in pages
    ]
