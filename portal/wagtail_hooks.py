"""Rules of the whole product inside Wagtail's admin."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from portal.edits.pages import compare_with_latest
from portal.handlers import READING_METHODS
from portal.refusals import Refusal


@hooks.register("before_edit_page", order=-20)
def refuse_decision_without_review(request: HttpRequest, page: Page) -> None:
    """Wagtail asks the task of a review without looking whether there is one."""
    if "action-workflow-action" in request.POST and page.current_workflow_task is None:
        raise Refusal("This page is not in review, so there is nothing to decide.")


@hooks.register("before_edit_page", order=-10)
def refuse_stale_text(request: HttpRequest, page: Page) -> None:
    """Manual saving, the editor's own saving, submission, publication, reverting."""
    if request.method not in READING_METHODS:
        compare_with_latest(request, page)
