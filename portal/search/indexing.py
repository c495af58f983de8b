"""Keeps the search table in step: with each change, with each tick, or wholly anew."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import Page

from pages.models import InformationPage, TreatmentPage
from policies.history import not_overtaken
from policies.models import PolicyVersion
from portal.search import structures
from portal.search.entries import entries, searched_pages
from portal.search.models import SearchEntry, SearchTrigram
from portal.search.spelling import learn

CHUNK = 200
COMPARED = [
    field.attname
    for field in SearchEntry._meta.concrete_fields
    if not field.primary_key
]


def index_policy(key: int) -> None:
    """Follow the ledger. The lock puts two changes of one policy in a queue."""
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=key)
        index([key])


def index_page(page: Page) -> None:
    """Follow a row that was saved, as it is stored and not as it is in memory."""
    if page.specific_class in (TreatmentPage, InformationPage):
        index([page.pk])


def index_information() -> None:
    """Who may read information pages, or where they are, has changed."""
    index(list(InformationPage.objects.values_list("pk", flat=True)))


@transaction.atomic
def index(keys: list[int], now: datetime.datetime | None = None) -> int:
    """Put right what the table says about these pages; how many were wrong."""
    missing, surplus = differences(keys, now or timezone.now())
    SearchEntry.objects.filter(pk__in=[row.pk for row in surplus]).delete()
    SearchEntry.objects.bulk_create(missing)
    learn(words_to_correct(missing))
    return len({row.page_id for row in [*missing, *surplus]})


def words_to_correct(rows: Iterable[SearchEntry]) -> Iterator[str]:
    """Misspellings are corrected in English, to English words alone."""
    for row in rows:
        if row.language == settings.LANGUAGE_CODE:
            yield from row.names.split()


def differences(
    keys: list[int], now: datetime.datetime
) -> tuple[list[SearchEntry], list[SearchEntry]]:
    """Entries that the table lacks, and entries that it should not hold."""
    stored = defaultdict(list)
    for row in SearchEntry.objects.filter(page__in=keys):
        stored[values_of(row)].append(row)
    missing = []
    for row in entries(keys, now):
        if not stored.pop(values_of(row), []):
            missing.append(row)
    return missing, [row for rows in stored.values() for row in rows]


def values_of(row: SearchEntry) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in COMPARED)


def refresh() -> int:
    """Put right what fell out of step, found by a few cheap questions."""
    return sum(index(chunk) for chunk in chunks(out_of_step(timezone.now())))


def out_of_step(now: datetime.datetime) -> list[int]:
    """Pages with an entry too many, too few, or of an earlier text."""
    over = SearchEntry.objects.filter(
        Q(valid_until__lte=now)
        | Q(page__live=False)
        | Q(version__rescission__isnull=False)
    )
    versions = not_overtaken().filter(
        Q(effective_from__gt=now)
        | Q(pk__in=PolicyVersion.objects.in_force(now).values("pk"))
    )
    return sorted(
        {
            *over.values_list("page", flat=True),
            *without_entry(versions, "version").values_list("policy", flat=True),
            *stale_pages(TreatmentPage),
            *stale_pages(InformationPage),
        }
    )


def without_entry(rows: models.QuerySet, name: str) -> models.QuerySet:
    return rows.exclude(Exists(SearchEntry.objects.filter(**{name: OuterRef("pk")})))


def stale_pages(model: Any) -> Iterable[int]:
    """Public pages without an entry of the text that they show."""
    pages = model.objects.live().public()
    pages = pages.annotate(shown=Coalesce(F("live_revision"), 0))
    current = SearchEntry.objects.filter(
        page=OuterRef("pk"), live_revision=OuterRef("shown")
    )
    return pages.exclude(Exists(current)).values_list("pk", flat=True)


def rebuild() -> Iterator[tuple[int, int]]:
    """Write the whole table anew, a transaction for each chunk; yields how far it is.

    Readers go on searching: an entry is replaced in the transaction that removes it.
    """
    keys = all_keys()
    SearchTrigram.objects.all().delete()
    done = 0
    for chunk in chunks(keys):
        with transaction.atomic():
            rows = entries(chunk, timezone.now())
            SearchEntry.objects.filter(page__in=chunk).delete()
            SearchEntry.objects.bulk_create(rows)
            learn(words_to_correct(rows))
        done += len(chunk)
        yield done, len(keys)
    structures.rebuild()


def drift() -> Iterator[int]:
    """Pages about which the table says anything but what it should."""
    now = timezone.now()
    for chunk in chunks(all_keys()):
        missing, surplus = differences(chunk, now)
        yield from sorted({row.page_id for row in [*missing, *surplus]})


def all_keys() -> list[int]:
    return sorted(
        {
            *searched_pages().values_list("pk", flat=True),
            *SearchEntry.objects.values_list("page", flat=True),
        }
    )


def chunks(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
