"""Guards on every object that the ORM saves, deletes or moves.

They hold on every road, for everybody: editor, bulk action, schedule, copy, command,
fixture. A live row of a governed page must show a text that was approved.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page, Revision, WorkflowState, get_page_models

from policies.companions import is_ahead_of_its_policy
from policies.content import (
    FIELDS_ADDED,
    PLAIN_FIELDS,
    RICH_TEXT_FIELDS,
    TREATMENT_PLAIN_FIELDS,
    TREATMENT_STREAM_FIELDS,
)
from policies.governed import governed_content, is_governed
from policies.models import (
    ChangeRequest,
    ChangeStatus,
    PolicyIndexPage,
    PolicyPage,
    PolicyVersion,
)
from portal.refusals import Refusal

INSTEAD = "Submit a change that withdraws it instead."
PUBLIC_COLUMNS = {
    *("live", "slug", "url_path", "live_revision", "alias_of"),
    *PLAIN_FIELDS,
    *RICH_TEXT_FIELDS,
    *TREATMENT_PLAIN_FIELDS,
    *TREATMENT_STREAM_FIELDS,
}
REFERENCES = {
    "documents",
    "related_policies",
    "related_treatments",
    "required_bodies",
    "specialty",
    "treatments",
}
ENGLISH_ALONE = (PolicyIndexPage, PolicyPage)
ROW_BEFORE = ("live", "slug", "live_revision")
ENDED = {WorkflowState.STATUS_APPROVED, WorkflowState.STATUS_CANCELLED}


def touches_public_row(update_fields: Iterable[str] | None) -> bool:
    """Whether a save writes what the public may come to see; drafts do not."""
    return update_fields is None or bool(PUBLIC_COLUMNS & set(update_fields))


def guard_page_row(page: Page) -> None:
    """A governed page is live only with an approved text, and stays once it was."""
    refuse_translation(page)
    before = Page.objects.filter(pk=page.pk).values(*ROW_BEFORE).first()
    if before and before["slug"] != page.slug and holds_approved_text(page):
        raise Refusal(
            "The address of a page on record cannot change, nor that of a page "
            "above it."
        )
    if not is_governed(page.specific_class if type(page) is Page else type(page)):
        return
    if page.alias_of_id:
        raise Refusal("A governed page has one address and no alias.")
    if page.live:
        refuse_unapproved_text(page, before["live_revision"] if before else None)
    elif before and before["live"]:
        raise Refusal(f"“{page.title}” is on record and stays public. {INSTEAD}")


def refuse_translation(page: Page) -> None:
    """A policy is binding in the words in which it was approved."""
    model = page.specific_class if type(page) is Page else type(page)
    if model not in ENGLISH_ALONE or page.locale_id is None:
        return
    if page.locale.language_code != settings.LANGUAGE_CODE:
        raise Refusal(
            "Policies are published in English alone, and so is their list.",
            "Translate the treatment page; it names the policy and links to it.",
        )


def refuse_unapproved_text(page: Page, replaced_revision: int | None) -> None:
    change = approved_changes(page).filter(revision=page.live_revision_id).first()
    if (
        change is None
        or not is_in_turn(change, replaced_revision)
        or not shows_text_of(page, change)
    ):
        raise Refusal(
            f"“{page.title}” has no approved version with this text. Only the approval "
            "of a submitted change makes it public."
        )


def approved_changes(page: Page) -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(page=page.pk, status=ChangeStatus.APPROVED)


def is_in_turn(change: ChangeRequest, replaced_revision: int | None) -> bool:
    """An older approved text does not come back, nor a scheduled one too early."""
    effective = PolicyVersion.objects.effective().filter(change=change)
    if change.is_of_policy and not effective.exists():
        return False
    if is_ahead_of_its_policy(change):
        return False
    newer = approved_changes(change.page).filter(pk__gt=change.pk)
    return not newer.filter(revision=replaced_revision).exists()


def shows_text_of(page: Page, change: ChangeRequest) -> bool:
    """Whether the row would hold the approved text; a plain `Page` has only a title.

    What the page refers to has names of its own, which may change after approval.
    """
    if type(page) is Page:
        return bool(page.title == change.content["title"])
    copy = type(page).from_serializable_data(page.serializable_data(), check_fks=False)
    shown = governed_content(copy)
    return all(
        shown.get(name) == change.content.get(name)
        for name in {*shown, *FIELDS_ADDED} - REFERENCES
    )


def guard_deletion(page: Page) -> None:
    """What was submitted is on record, below any page that goes."""
    if ChangeRequest.objects.filter(page__path__startswith=page.path).exists():
        raise Refusal(
            f"“{page.title}” is on record, or pages below it are, and cannot be "
            f"deleted. {INSTEAD}"
        )


def guard_move(page: Page, *, is_reordering: bool) -> None:
    """No page on record changes its address because a page above it moved."""
    if not is_reordering and holds_record(page):
        raise Refusal(
            f"“{page.title}” is on record, or pages below it are, so it keeps its "
            "place."
        )


def guard_restriction(page: Page) -> None:
    """Privacy on a page hides everything below it."""
    if holds_record(page):
        raise Refusal(
            f"“{page.title}” is public for good, or pages below it are. It cannot be "
            "made private."
        )


def holds_record(page: Page) -> bool:
    governed = [model for model in get_page_models() if is_governed(model)]
    pages = page.get_descendants(inclusive=True).type(*governed)
    return ChangeRequest.objects.filter(page__in=pages).exists()


def holds_approved_text(page: Page) -> bool:
    return ChangeRequest.objects.filter(
        page__path__startswith=page.path, status=ChangeStatus.APPROVED
    ).exists()


def queue_for(page_id: int) -> None:
    """Wait for whoever works on the page: its row comes first in every lock order."""
    with transaction.atomic():
        Page.objects.select_for_update().filter(pk=page_id).first()


def guard_workflow_state(state: WorkflowState) -> None:
    """A review that ended stays ended, though a slower request did not know of it."""
    if not is_governed(state.content_type.model_class()):
        return
    queue_for(int(state.object_id))
    stored = WorkflowState.objects.filter(pk=state.pk).first()
    if stored and stored.status in ENDED and stored.status != state.status:
        raise Refusal("This review has ended meanwhile. Open the page again.")


def guard_revision(revision: Revision) -> None:
    """A draft in review is frozen, and a submitted revision is sealed."""
    model = revision.content_type.model_class()
    if not is_governed(model):
        return
    queue_for(int(revision.object_id))
    changes = ChangeRequest.objects.filter(page_id=int(revision.object_id))
    if changes.filter(status=ChangeStatus.IN_REVIEW).exists():
        raise Refusal(
            "This page is in review, so its text is frozen.",
            "The person who submitted it can cancel the review; a reviewer can send "
            "it back. Then it can be edited again.",
        )
    if revision.pk and changes.filter(revision=revision).exists():
        stored = Revision.objects.get(pk=revision.pk)
        if stored.content != revision.content or stored.user_id != revision.user_id:
            raise Refusal("A submitted revision is sealed; save a new draft.")
