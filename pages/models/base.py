from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester, PageViewRestriction, Revision

from pages.blocks.cards import check_english_headings
from pages.permissions import SectionPermissionTester
from pages.signals import revision_restored
from pages.translations import alternates, siblings, stamp_of
from portal.cache.parts import keep_parts
from portal.cache.remembering import remembered
from portal.edits.forms import EditedPageForm
from portal.languages import active_language, language

MAXIMUM_HEADING_LENGTH = 65
HOME_DEPTH = 2
SECTION_DEPTH = 3


# Written out: to have it composed for each reader costs more than the answer.
ANY_RESTRICTION = f"SELECT 1 FROM {PageViewRestriction._meta.db_table} LIMIT 1"  # noqa: S608
NO_RESTRICTION = PageViewRestriction.objects.none()


def is_any_page_restricted() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(ANY_RESTRICTION)
        return cursor.fetchone() is not None


class BasePage(Page):
    """The parent of every page type: one heading, one description, no surprises."""

    show_in_menus_default = False
    # Whether the page looks the same whatever follows its address after "?".
    ignores_query = False
    base_form_class = EditedPageForm

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if len(self.title) > MAXIMUM_HEADING_LENGTH:
            raise ValidationError(
                {
                    "title": f"Use at most {MAXIMUM_HEADING_LENGTH} characters, so "
                    "that the heading fits a phone and a search result."
                }
            )
        if self.locale_id and language(self.locale.language_code).is_english:
            self.check_care_cards()

    def check_care_cards(self) -> None:
        errors: dict[str, ValidationError] = {}
        for field in self._meta.concrete_fields:
            if isinstance(field, StreamField):
                try:
                    check_english_headings(getattr(self, field.name))
                except ValidationError as error:
                    errors[field.name] = error
        if errors:
            raise ValidationError(errors)

    @property
    def description(self) -> str:
        """What search engines and feeds show under the title."""
        return self.search_description or getattr(self, "introduction", "")

    def refresh_from_db(
        self, using: Any = None, fields: Any = None, from_queryset: Any = None
    ) -> None:
        """A column that was left out brings all others that were, in one query."""
        left_out = self.get_deferred_fields()
        if fields is not None and left_out.intersection(fields):
            fields = left_out.union(fields)
        super().refresh_from_db(using, fields, from_queryset)

    @property
    def open_change(self) -> Any:
        """The change of this page that is in review; None without one."""
        return self.changes.filter(status="in_review").first()

    def save_revision(
        self,
        user: Any = None,
        *args: Any,
        previous_revision: Any = None,
        overwrite_revision: Any = None,
        **kwargs: Any,
    ) -> Revision:
        """Never overwrites a submitted revision, and tells whose text came back."""
        if overwrite_revision is not None and self.is_sealed(overwrite_revision):
            overwrite_revision = None
        revision = super().save_revision(
            user,
            *args,
            previous_revision=previous_revision,
            overwrite_revision=overwrite_revision,
            **kwargs,
        )
        if previous_revision is not None:
            revision_restored.send(
                sender=type(self), revision=revision, restored=previous_revision
            )
        return revision

    def is_sealed(self, revision: Revision) -> bool:
        return self.changes.filter(revision=revision).exists()

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return SectionPermissionTester(user, self)

    def get_view_restrictions(self) -> Any:
        """Wagtail's questions, where any page is restricted: never remembered."""
        if is_any_page_restricted():
            return super().get_view_restrictions()
        return NO_RESTRICTION

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The live page; of drafts, which are served otherwise, nothing is kept."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if self.ignores_query:
            keep_parts(request, response)
        return response

    def get_context(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = self.breadcrumbs(request)
        rows = siblings(self)
        context["alternates"] = alternates(self, rows, request)
        context["stamp"] = stamp_of(self, rows, request)
        return context

    def breadcrumbs(self, request: HttpRequest) -> list[dict[str, str]]:
        """The way here from the home page, without this page: title and address."""
        address = "/" if active_language().is_english else f"/{active_language().code}/"
        home = [{"title": gettext("Home"), "url": address}]
        if self.depth <= SECTION_DEPTH:
            return home[: self.depth - HOME_DEPTH]

        def sections() -> list[dict[str, str]]:
            pages = self.get_ancestors().filter(depth__gt=HOME_DEPTH)
            return [
                {"title": page.title, "url": page.get_url(request) or ""}
                for page in pages.only("title", "url_path", "depth")
            ]

        parent = self.path[: -self.steplen]
        return home + remembered(("breadcrumbs", parent, request.get_host()), sections)
