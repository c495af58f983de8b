"""Where the audit log enters Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.audit import views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("audit/", views.audit_log, name="audit_log"),
        path("audit/verify/", views.verify_audit_log, name="audit_verify"),
        path(
            "audit/export.<slug:file_format>",
            views.export_audit_log,
            name="audit_export",
        ),
    ]


class AuditMenuItem(MenuItem):
    """Shown to governance leads and system administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return views.may_audit(request.user)


@hooks.register("register_admin_menu_item")
def audit_menu_item() -> MenuItem:
    return AuditMenuItem(
        "Audit log",
        reverse("audit_log"),
        name="audit-log",
        icon_name="history",
        order=117,
    )
