"""Where feedback enters Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from policies.feedback import staff_views
from policies.feedback.report import readable_kinds


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("feedback/", staff_views.feedback_report, name="feedback_report"),
        path(
            "feedback/<int:pk>/deal-with/",
            staff_views.deal_with_feedback,
            name="feedback_deal_with",
        ),
        path(
            "feedback/<slug:table>.<slug:file_format>",
            staff_views.export_feedback,
            name="feedback_export",
        ),
    ]


class FeedbackMenuItem(MenuItem):
    """Shown to those who read what is said of some pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(readable_kinds(request.user))


@hooks.register("register_admin_menu_item")
def feedback_menu_item() -> MenuItem:
    return FeedbackMenuItem(
        "Feedback",
        reverse("feedback_report"),
        name="feedback",
        icon_name="comment",
        order=119,
    )
