"""Puts a batch of drafts into the database, one statement for each table.

The rows are those that an author leaves who saves each draft in the editor: page,
revision, contribution, log and audit entries, reference index and the index of the
admin's search. A test compares them. The guards of the ORM hear of every policy row;
the rules and triggers of the database hold as ever.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from modelsearch.backends import get_search_backends
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from policies.contributions import note_first_contributions
from policies.models import PolicyIndexPage, PolicyPage
from portal.accounts.models import User
from portal.audit.receivers import mirror_all
from portal.refusals import Refusal

RELATIONS = ("treatments", "related_policies", "required_bodies")


def section_for(author: User) -> PolicyIndexPage:
    """The section of policies; refused unless the author may add pages there now."""
    section = PolicyIndexPage.objects.first()
    if section is None:
        raise Refusal("Run provision_site first: there is no section of policies.")
    author = User.objects.get(pk=author.pk)
    if not section.permissions_for_user(author).can_add_subpage():
        raise Refusal(f"{author} may not add pages below “{section}”.")
    return section


def locked_section_for(author: User) -> PolicyIndexPage:
    """The same; whoever else adds a page there waits for the end of the transaction."""
    key = section_for(author).pk
    Page.objects.select_for_update().get(pk=key)
    return section_for(author)


def policies_there(references: Iterable[str]) -> dict[str, PolicyPage]:
    """The policies of the portal among `references`, each with its latest revision."""
    found: QuerySet[PolicyPage] = PolicyPage.objects.filter(reference__in=references)
    return {page.reference: page for page in found.select_related("latest_revision")}


def write_drafts(
    pages: Sequence[PolicyPage], author: User, section: PolicyIndexPage
) -> None:
    """Add the pages at the end of the locked section, with their first revisions."""
    place(pages, author, section)
    rows = insert_pages(pages)
    insert_relations(pages)
    revisions = insert_revisions(pages, rows, author)
    note_first_contributions(revisions)
    log(pages, revisions, author)
    for page in pages:
        ReferenceIndex.create_or_update_for_object(page)
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(PolicyPage, list(pages))


def place(pages: Sequence[PolicyPage], author: User, section: PolicyIndexPage) -> None:
    """Give each page its place in the tree and its address."""
    last = section.get_last_child()
    depth = section.depth + 1
    for page in pages:
        page.live = False
        page.owner = author
        page.depth = depth
        page.path = last._inc_path() if last else Page._get_path(section.path, depth, 1)
        page.set_url_path(section)
        last = page
    children = F("numchild") + len(pages)
    Page.objects.filter(pk=section.pk).update(numchild=children)


def insert_pages(pages: Sequence[PolicyPage]) -> list[Page]:
    """The rows of the tree with one statement, those of policies one by one.

    `raw` leaves out the parents, which are there; receivers get each policy.
    """
    columns = [of.attname for of in Page._meta.concrete_fields if not of.primary_key]
    rows = Page.objects.bulk_create(
        Page(**{name: getattr(page, name) for name in columns}) for page in pages
    )
    for page, row in zip(pages, rows, strict=True):
        page.id = page.page_ptr_id = row.pk
        page.save_base(raw=True, force_insert=True)
    return rows


def insert_relations(pages: Iterable[PolicyPage]) -> None:
    for name in RELATIONS:
        of: Any = PolicyPage._meta.get_field(name)
        source, target = of.m2m_column_name(), of.m2m_reverse_name()
        of.remote_field.through.objects.bulk_create(
            of.remote_field.through(**{source: page.pk, target: other.pk})
            for page in pages
            for other in getattr(page, name).all()
        )


def insert_revisions(
    pages: Sequence[PolicyPage], rows: Sequence[Page], author: User
) -> list[Revision]:
    """The first revision of each page, to which its row then points."""
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=page.get_content_type(),
            base_content_type=page.get_base_content_type(),
            object_id=str(page.pk),
            created_at=timezone.now(),
            user=author,
            content=page.serializable_data(),
            object_str=str(page),
        )
        for page in pages
    )
    for row, revision in zip(rows, revisions, strict=True):
        row.latest_revision = revision
        row.latest_revision_created_at = revision.created_at
        row.has_unpublished_changes = True
    Page.objects.bulk_update(
        rows,
        ["latest_revision", "latest_revision_created_at", "has_unpublished_changes"],
    )
    return revisions


def log(
    pages: Sequence[PolicyPage], revisions: Sequence[Revision], author: User
) -> None:
    """What Wagtail logs of a page that is made and saved, there and for audit."""
    entries = PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page=page,
            content_type=page.get_content_type(),
            label=page.get_admin_display_title(),
            action=action,
            timestamp=timezone.now(),
            user=author,
            revision=made,
            content_changed=True,
        )
        for page, revision in zip(pages, revisions, strict=True)
        for action, made in (("wagtail.create", None), ("wagtail.edit", revision))
    )
    mirror_all(entries)
