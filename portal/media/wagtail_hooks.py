from django.http import Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.media import views
from portal.media.access import may_open
from portal.media.models import PortalDocument


@hooks.register("before_serve_document")
def serve_only_public_documents(document: PortalDocument, request: HttpRequest) -> None:
    """Answers like an unknown address, so that nobody learns what is prepared."""
    if not may_open(request.user, document):
        raise Http404("No public document has this address.")


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("quarantine/", views.held_files, name="quarantine"),
        path("quarantine/<int:pk>/scan/", views.scan_again, name="quarantine_scan"),
        path("quarantine/<int:pk>/delete/", views.delete, name="quarantine_delete"),
    ]


class QuarantineMenuItem(MenuItem):
    """Shown to system administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


@hooks.register("register_reports_menu_item")
def quarantine_menu_item() -> MenuItem:
    return QuarantineMenuItem(
        "Quarantine",
        reverse("quarantine"),
        name="quarantine",
        icon_name="warning",
        order=900,
    )
