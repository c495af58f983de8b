"""Where the pages app enters Wagtail's admin."""

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from pages.models import Specialty
from pages.translation_report import translation_report
from portal.accounts.doors import door_of, may_pass
from portal.accounts.requests import StaffRequest


class SpecialtyViewSet(SnippetViewSet):
    model = Specialty
    icon = "tag"
    menu_label = "Specialties"
    list_display = ["name", "plain_name"]


register_snippet(SpecialtyViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [path("translations/", translation_report, name="translation_report")]


class TranslationsMenuItem(MenuItem):
    """Shown to those who may open the report."""

    def is_shown(self, request: StaffRequest) -> bool:
        return may_pass(request.user, door_of("translation_report"))


@hooks.register("register_admin_menu_item")
def translations_menu_item() -> MenuItem:
    return TranslationsMenuItem(
        "Translations",
        reverse("translation_report"),
        name="translations",
        icon_name="globe",
        order=118,
    )
