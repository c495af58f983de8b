from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from pages.models.base import BasePage
from portal.languages import active_language


class HomePage(BasePage):
    """The front door: search, A to Z, specialties, policies."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.TreatmentIndexPage",
        "policies.PolicyIndexPage",
        "pages.InformationPage",
    ]
    max_count = 1
    ignores_query = True

    introduction = models.TextField(
        blank=True, help_text="One or two plain sentences on what people find here."
    )

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a live page by its whole address; Wagtail asks for each segment."""
        if path_components:
            found = Page.objects.live().filter(
                slug=path_components[-1],
                url_path=f"{self.url_path}{'/'.join(path_components)}/",
            )
            page = found.specific().first()
            if page is not None:
                return RouteResult(page)
        return super().route(request, path_components)

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        from pages.listings import specialties_to_browse
        from pages.structured_data import home_nodes

        context = super().get_context(request, *args, **kwargs)
        context["structured_data"] = home_nodes(self)
        # Names of specialties are English, and so are the pages that list them.
        context["specialties"] = (
            specialties_to_browse() if active_language().is_english else []
        )
        return context
