"""Pages in other languages: which belong together, and which are behind their source.

A translation names the revision of the English page that it was made from. It is behind
once the English page shows another one, at the moment at which that is published.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from wagtail.models import Page

from portal.languages import Language, language


class Alternate(NamedTuple):
    """The same page in one language."""

    language: Language
    url: str
    is_current: bool


class Stamp(NamedTuple):
    """What readers learn about the source of a translation."""

    dated: datetime.date | None
    translator: str
    checker: str
    is_behind: bool
    english_url: str


def in_language(pages: QuerySet[Any], code: str = settings.LANGUAGE_CODE) -> Any:
    """Those of the pages in one language; English unless told."""
    return pages.filter(locale__language_code=code)


def in_languages_that_are_on(pages: QuerySet[Any]) -> Any:
    codes = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    return pages.filter(locale__language_code__in=codes)


def in_step_with(page: Any) -> tuple[int, datetime.date | None]:
    """What identifies the text that an English page shows: revision and its day."""
    published = page.last_published_at
    return page.live_revision_id or 0, published.date() if published else None


def source_of(page: Page) -> Any:
    """The English page of a translation, public or not; None for an English page."""
    english = in_language(Page.objects.filter(translation_key=page.translation_key))
    return english.exclude(pk=page.pk).first()


def siblings(page: Page) -> list[Any]:
    """The public pages that say the same in any language that is on; one query."""
    if not settings.WAGTAIL_I18N_ENABLED:
        return []
    rank = {code: at for at, (code, _) in enumerate(settings.WAGTAIL_CONTENT_LANGUAGES)}
    found = Page.objects.live().filter(
        translation_key=page.translation_key, locale__language_code__in=rank
    )
    return sorted(
        found.select_related("locale"), key=lambda row: rank[row.locale.language_code]
    )


def alternates(page: Page, rows: list[Any], request: Any = None) -> list[Alternate]:
    """The page in each of its languages; nothing when there is but one."""
    if len(rows) < 2:
        return []
    return [
        Alternate(
            language(row.locale.language_code),
            row.get_url(request) or "/",
            row.pk == page.pk,
        )
        for row in rows
    ]


def english_among(rows: list[Any]) -> Any:
    return next(
        (row for row in rows if row.locale.language_code == settings.LANGUAGE_CODE),
        None,
    )


def stamp_of(page: Any, rows: list[Any], request: Any = None) -> Stamp | None:
    """The stamp of a translation; None for a page that is no translation."""
    if getattr(page, "source_revision", None) is None:
        return None
    english = english_among(rows)
    return Stamp(
        page.source_dated,
        page.translator,
        page.translation_checker,
        english is not None and page.source_revision != (english.live_revision_id or 0),
        (english.get_url(request) or "") if english else "",
    )


def behind(model: Any) -> Any:
    """Translations of a type whose English page shows another text by now."""
    english = in_language(
        Page.objects.filter(translation_key=OuterRef("translation_key"))
    ).filter(live=True)
    return (
        model.objects.exclude(source_revision=None)
        .filter(Exists(english))
        .exclude(Exists(english.filter(live_revision=OuterRef("source_revision"))))
        .exclude(pk__in=made_of_no_revision(model))
    )


def made_of_no_revision(model: Any) -> Any:
    """Translations of an English page that was published without a revision."""
    english = in_language(
        Page.objects.filter(translation_key=OuterRef("translation_key"))
    ).filter(live=True, live_revision=None)
    return model.objects.filter(Exists(english), source_revision=0).values("pk")


def alternate_addresses(pages: Iterable[Page]) -> dict[int, list[dict[str, str]]]:
    """For the site map: key of a page to its languages and paths; one query."""
    if not settings.WAGTAIL_I18N_ENABLED:
        return {}
    families = defaultdict(list)
    rows = in_languages_that_are_on(Page.objects.live())
    rows = rows.filter(translation_key__in=[page.translation_key for page in pages])
    for row in rows.annotate(code=F("locale__language_code")).order_by("path"):
        families[row.translation_key].append(row)
    return {
        row.pk: [
            {"lang_code": language(other.code).tag, "location": other.get_url() or "/"}
            for other in family
        ]
        for family in families.values()
        if len(family) > 1
        for row in family
    }


def note_source(translation: Any, source: Page) -> None:
    """A new translation: made from what the English page shows, not yet reviewed."""
    revision, dated = in_step_with(source)
    translation.source_revision = revision
    translation.source_dated = dated
    translation.last_reviewed_on = None
    translation.review_due_on = None
    if hasattr(translation, "change_note"):
        translation.change_note = ""
        translation.together_with = ""


def english_titles(pages: Iterable[Page]) -> dict[Any, str]:
    """Key of a family of translations to the title of its English page; one query."""
    keys = [page.translation_key for page in pages]
    rows = in_language(Page.objects.filter(translation_key__in=keys))
    return dict(rows.values_list("translation_key", "title"))
