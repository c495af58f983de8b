"""Where page statistics enter Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.statistics import views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("page-statistics/", views.page_statistics, name="statistics_report"),
        path(
            "page-statistics/export.<slug:file_format>",
            views.export_page_statistics,
            name="statistics_export",
        ),
    ]


class StatisticsMenuItem(MenuItem):
    """Shown to those whose roles may see the numbers."""

    def is_shown(self, request: HttpRequest) -> bool:
        return views.may_see(request.user)


@hooks.register("register_admin_menu_item")
def statistics_menu_item() -> MenuItem:
    return StatisticsMenuItem(
        "Page statistics",
        reverse("statistics_report"),
        name="page-statistics",
        icon_name="table",
        order=460,
    )
