"""Rules of the whole product inside Wagtail's admin."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from portal.edits.pages import compare_with_latest
from portal.handlers import READING_METHODS


@hooks.register("before_edit_page", order=-10)
def refuse_stale_text(request: HttpRequest, page: Page) -> None:
    """Manual saving, the editor's own saving, submission, publication, reverting."""
    if request.method not in READING_METHODS:
        compare_with_latest(request, page)
