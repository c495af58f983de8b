"""One treatment for each file.

Required: `slug` and `title`. Optional: the other fields of a treatment by their names
(`specialty` and `related_treatments` by slug), `documents`, and

- `author`: the account that writes and submits it (default `author`);
- `submit`: whether it goes to clinical review (default true);
- `review`: what happens there (see `reviews`).

The dates of review are not in the file: an approved review of the whole page sets them.
"""

from pathlib import Path
from typing import Any

from pages.models import TreatmentDocument, TreatmentIndexPage, TreatmentPage
from pages.translations import in_language
from portal.accounts.models import User
from portal.importers import approval
from portal.importers.documents import document_from
from portal.importers.drafts import fill, person_named
from portal.importers.reviews import take_steps
from portal.importers.shapes import list_at, shape

TREATMENT_FIELDS = [
    "slug",
    "title",
    "other_names",
    "introduction",
    "specialty",
    "body_area",
    "what_it_is",
    "why_it_is_done",
    "kinds",
    "what_happens",
    "benefits",
    "risk_denominator",
    "risks",
    "risk_notes",
    "alternatives",
    "recovery",
    "getting_help",
    "who_can_have_it",
    "if_not_eligible",
    "questions_to_ask",
    "area_note",
    "related_treatments",
    "search_description",
    "change_note",
    "is_full_review",
    "review_interval_months",
]
TREATMENT = shape(
    ["slug", "title"],
    [*TREATMENT_FIELDS, "documents", "author", "submit", "review"],
)


def treatment_exists(data: dict[str, Any]) -> bool:
    return in_language(TreatmentPage.objects).filter(slug=data.get("slug")).exists()


def import_treatment(data: dict[str, Any], folder: Path) -> TreatmentPage:
    """Write the draft, and take it through clinical review as far as the file says."""
    data = TREATMENT.check(data)
    author = person_named(data.get("author", "author"), "author")
    page = TreatmentPage()
    values = {name: data[name] for name in TREATMENT_FIELDS if name in data}
    fill(page, values, owner=f"treatment/{data['slug']}")
    page.documents.set(documents_of(data, folder, author))
    approval.add_draft(in_language(TreatmentIndexPage.objects).get(), page, author)
    if data.get("submit", True):
        approval.submit(page, author)
        take_steps(page, list_at(data, "review"), "review")
    return page


def documents_of(
    data: dict[str, Any], folder: Path, author: User
) -> list[TreatmentDocument]:
    return [
        TreatmentDocument(
            sort_order=index,
            document=document_from(
                document,
                folder=folder,
                uploaded_by=author,
                where=f"documents[{index}]",
            ),
            is_translation_behind=document.get("is_translation_behind", False),
        )
        for index, document in enumerate(list_at(data, "documents"))
    ]
