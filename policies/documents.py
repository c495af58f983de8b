"""Documents of versions: public from the version's first day, kept for good."""

from django.utils import timezone

from policies.models import VersionDocument
from portal.media.models import PortalDocument


def is_in_effective_version(document: PortalDocument) -> bool:
    return VersionDocument.objects.filter(
        document=document, version__effective_from__lte=timezone.now()
    ).exists()


def reason_to_keep(document: PortalDocument) -> str:
    """Why the document cannot go, in a sentence; empty when nothing keeps it."""
    row = VersionDocument.objects.filter(document=document).first()
    if row is None:
        return ""
    return (
        f"“{document.title}” belongs to {row.version} and stays on record. Upload a "
        "new document and submit a new version instead."
    )
