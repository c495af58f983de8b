"""Which documents a live page shows to the public, and which it keeps."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from portal.media.models import PortalDocument


def live_pages_with(document: PortalDocument) -> list[Page]:
    """Live pages that link to the document.

    Pages with a ledger are left out: the ledger says what of theirs is public, and
    their row may hold a draft.
    """
    page_ids = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(PortalDocument),
        to_object_id=str(document.pk),
        base_content_type=ContentType.objects.get_for_model(Page),
    ).values_list("object_id", flat=True)
    pages = Page.objects.live().public().filter(pk__in=[int(pk) for pk in page_ids])
    return [
        page for page in pages if not getattr(page.specific_class, "has_ledger", False)
    ]


def is_on_live_page(document: PortalDocument) -> bool:
    return bool(live_pages_with(document))


def reason_to_keep(document: PortalDocument) -> str:
    """Why the file stays, when an approved page shows it; empty when none does."""
    for page in live_pages_with(document):
        if getattr(page.specific_class, "is_governed", False):
            return (
                f"“{document.title}” was approved with the page “{page.title}” and "
                "stays on record. Upload a new document and submit the page with it."
            )
    return ""
