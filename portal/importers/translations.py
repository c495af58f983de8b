"""One translation of a treatment for each file.

Required: `language` (a code), `treatment` (the slug of the English page) and `title`.
Optional: the texts of a treatment by their names, `translator`, `translation_checker`,
`author`, `review` as in a treatment, and `english_afterwards`: a later change of the
English page, an object of texts with `review`, after which the translation is behind.

A translation in a language that is off is left out.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail.models import Locale

from pages.models import TreatmentPage
from pages.translations import in_language
from portal.accounts.models import User
from portal.importers import approval
from portal.importers.drafts import fill, named, person_named
from portal.importers.reviews import take_steps
from portal.importers.shapes import list_at, shape
from portal.importers.treatments import TREATMENT_FIELDS
from portal.refusals import Refusal

KEPT = {"slug", "specialty", "related_treatments", "is_full_review"}
TEXTS = [name for name in TREATMENT_FIELDS if name not in KEPT]
STAMP = ["translator", "translation_checker"]
TRANSLATION = shape(
    ["language", "treatment", "title"],
    [*TEXTS, *STAMP, "author", "review", "english_afterwards"],
)
AFTERWARDS = shape(["change_note"], [*TEXTS, "review"])


def translation_exists(data: dict[str, Any]) -> bool:
    if data.get("language") not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
        return True
    english = in_language(TreatmentPage.objects).filter(slug=data.get("treatment"))
    return (
        in_language(TreatmentPage.objects, data["language"])
        .filter(translation_key__in=english.values("translation_key"))
        .exists()
    )


def import_translation(data: dict[str, Any], folder: Path) -> TreatmentPage:
    """Copy the English page as its editor does, replace the texts, have it reviewed."""
    data = TRANSLATION.check(data)
    author = person_named(data.get("author", "author"), "author")
    english = named(TreatmentPage, data["treatment"], "treatment")
    if not author.has_perm("simple_translation.submit_translation"):
        raise Refusal(f"{author} may not translate pages.")
    locale = Locale.objects.filter(language_code=data["language"]).first()
    if locale is None:
        raise Refusal(f"Run provision_site first: {data['language']} has no pages yet.")
    copy = english.copy_for_translation(locale)
    page = TreatmentPage.objects.get(pk=copy.pk)
    texts = {name: data[name] for name in [*TEXTS, *STAMP] if name in data}
    change(page, texts, list_at(data, "review"), author, "review")
    if "english_afterwards" in data:
        later = AFTERWARDS.check(data["english_afterwards"], "english_afterwards")
        texts = {name: later[name] for name in TEXTS if name in later}
        english = TreatmentPage.objects.get(pk=english.pk)
        steps = later.get("review", [])
        change(english, texts, steps, author, "english_afterwards.review")
    return page


def change(
    page: TreatmentPage,
    texts: dict[str, Any],
    steps: list[Any],
    author: User,
    where: str,
) -> None:
    """A draft with these texts, and its way through clinical review."""
    code = page.locale.language_code
    fill(page, texts, owner=f"translation/{code}/{page.slug}")
    approval.save_draft(page, author)
    approval.submit(page, author)
    take_steps(page, steps, where)
