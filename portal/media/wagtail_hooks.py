from django.http import Http404, HttpRequest
from wagtail import hooks

from portal.media.access import may_open
from portal.media.models import PortalDocument


@hooks.register("before_serve_document")
def serve_only_public_documents(document: PortalDocument, request: HttpRequest) -> None:
    """Answers like an unknown address, so that nobody learns what is prepared."""
    if not may_open(request.user, document):
        raise Http404("No public document has this address.")
