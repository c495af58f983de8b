"""Hundreds of public pages at once, for tests of what a list costs.

Rows are copied behind the back of approval, so the database's rules are lifted first;
the transaction of the test brings them back.
"""

from typing import Any

from django.db import connection, models
from django.db.models import F
from treebeard.numconv import NumConv
from wagtail.models import Page

from pages.models import TreatmentPage
from policies.models import (
    ChangeRequest,
    CoveredTreatment,
    PolicyPage,
    PolicyVersion,
    VersionCode,
)
from portal.evidence import database_rules

# Of rows in a statement: the database gives up on one that takes half a minute.
BATCH = 200
STEP = Page.steplen
NUMBERS = NumConv(Page.alphabet)


def copy_treatments(treatment: TreatmentPage, count: int) -> list[int]:
    """`count` live copies of a live treatment; their keys."""
    database_rules.remove()
    return copy_pages(treatment, count)


def copy_policies(version: PolicyVersion, count: int) -> list[int]:
    """`count` policies with a version like `version` in force; keys of the policies."""
    database_rules.remove()
    policy = PolicyPage.objects.get(pk=version.policy_id)
    keys = copy_pages(policy, count, unique="reference")
    changes = ChangeRequest.objects.bulk_create(
        (
            ChangeRequest(**{**values_of(version.change), "page_id": key})
            for key in keys
        ),
        BATCH,
    )
    versions = PolicyVersion.objects.bulk_create(
        (
            PolicyVersion(
                **{
                    **values_of(version),
                    "policy_id": key,
                    "change_id": change.pk,
                    "reference": f"COPY-{key}",
                }
            )
            for key, change in zip(keys, changes, strict=True)
        ),
        BATCH,
    )
    covered = list(version.treatments.all())
    CoveredTreatment.objects.bulk_create(
        (
            CoveredTreatment(version=copy, treatment=treatment)
            for copy in versions
            for treatment in covered
        ),
        BATCH,
    )
    codes = list(version.version_codes.all())
    VersionCode.objects.bulk_create(
        (
            VersionCode(**{**values_of(code), "version_id": copy.pk})
            for copy in versions
            for code in codes
        ),
        BATCH,
    )
    return keys


def values_of(row: models.Model, model: Any = None) -> dict[str, Any]:
    """The columns of a row, without its key."""
    return {
        field.attname: getattr(row, field.attname)
        for field in (model or type(row))._meta.local_concrete_fields
        if not field.primary_key
    }


def copy_pages(page: Page, count: int, unique: str = "") -> list[int]:
    """Copies below the same parent, after its last child."""
    parent = page.get_parent()
    last = parent.get_last_child().path
    rows = [
        Page(
            **{
                **values_of(page, Page),
                "path": path_after(last, number),
                "slug": f"{page.slug}-{number}",
                "title": f"{chr(64 + number % 26)} {page.title} {number}",
                "url_path": f"{parent.url_path}{page.slug}-{number}/",
                "translation_key": Page._meta.get_field(
                    "translation_key"
                ).get_default(),
            }
        )
        for number in range(1, count + 1)
    ]
    keys = [row.pk for row in Page.objects.bulk_create(rows, BATCH)]
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + count)
    insert_children(page, keys, unique)
    return keys


def path_after(path: str, steps: int) -> str:
    """The path `steps` siblings further on, in the alphabet of the tree."""
    number = NUMBERS.str2int(path[-STEP:]) + steps
    return path[:-STEP] + NUMBERS.int2str(number).rjust(STEP, Page.alphabet[0])


def insert_children(page: Page, keys: list[int], unique: str) -> None:
    """The rows of the page type itself: the same columns under each new key."""
    table = page._meta.db_table
    columns = [
        field.column
        for field in page._meta.local_concrete_fields
        if not field.primary_key
    ]
    values = [
        "'COPY-' || p.id" if column == unique else f"c.{column}" for column in columns
    ]
    listed = ", ".join(str(key) for key in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (page_ptr_id, {', '.join(columns)}) "
            f"SELECT p.id, {', '.join(values)} FROM {table} c, wagtailcore_page p "
            f"WHERE c.page_ptr_id = {page.pk} AND p.id IN ({listed})"
        )
