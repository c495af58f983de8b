"""Where search enters Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.search import admin_views
from portal.search.models import Synonym


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "search"
    menu_label = "Search synonyms"
    list_display = ["typed", "meant"]


register_snippet(SynonymViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path(
            "search-words/",
            admin_views.words_without_result,
            name="search_words",
        ),
        path(
            "search-words/export.<slug:file_format>",
            admin_views.export_words,
            name="search_words_export",
        ),
    ]


class SearchWordsMenuItem(MenuItem):
    """Shown to those who write what readers look for."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(admin_views.MAY_SEE)


@hooks.register("register_admin_menu_item")
def search_words_menu_item() -> MenuItem:
    return SearchWordsMenuItem(
        "Search words",
        reverse("search_words"),
        name="search-words",
        icon_name="search",
        order=120,
    )
