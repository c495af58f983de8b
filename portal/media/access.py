"""Who may open a document: everybody, once a live page or a version refers to it."""

from collections.abc import Callable
from typing import Any

from portal.media.models import PortalDocument
from portal.refusals import Refusal

# Content apps add a question each: "do you show this document to the public?"
publishers: list[Callable[[PortalDocument], bool]] = []
keepers: list[Callable[[PortalDocument], str]] = []
# "Does this member of staff read drafts, and so what is attached to them?"
readers: list[Callable[[Any], bool]] = []


def is_public(document: PortalDocument) -> bool:
    """Whether any content app has the document on a public page."""
    return any(publishes(document) for publishes in publishers)


def may_open(user: Any, document: PortalDocument) -> bool:
    """Staff who read drafts may; others once the document is public."""
    return any(reads(user) for reads in readers) or is_public(document)


def reasons_to_keep(document: PortalDocument) -> list[str]:
    """Why the file must stay as it is, in sentences; empty when nothing keeps it."""
    return [reason for keeps in keepers if (reason := keeps(document))]


def refuse_if_on_record(document: PortalDocument) -> None:
    """Raise a Refusal when a content app keeps the document as evidence."""
    reasons = reasons_to_keep(document)
    if reasons:
        raise Refusal(*reasons)


def refuse_other_file(document: PortalDocument) -> None:
    """A document on record keeps its bytes."""
    stored = PortalDocument.objects.filter(pk=document.pk).values("file", "sha256")
    before = stored.first()
    now = {"file": document.file.name, "sha256": document.sha256}
    is_new_file = bool(document.file) and not document.file._committed
    if before and (is_new_file or before != now):
        refuse_if_on_record(document)
