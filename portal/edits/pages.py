"""Compares the editor of a page with the latest revision, under a lock of the page."""

from typing import Any

from bs4 import BeautifulSoup
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import mark_safe
from wagtail.models import Page, Revision

from portal.audit.recording import record
from portal.edits.conflicts import (
    LOADED_AT,
    LOADED_REVISION,
    OVERWRITTEN_REVISION,
    SAVED_OVER,
    Difference,
    EditConflict,
)

# What publishing, withdrawing and locking change on a page without a new revision.
STATE = (
    "live",
    "live_revision_id",
    "latest_revision_id",
    "locked",
    "path",
    "alias_of_id",
)
FAULTY = "(Your text has a fault here. It is kept, and shown when you go on.)"


def compare_with_latest(request: HttpRequest, page: Page) -> None:
    """Raise an EditConflict unless the posted form was made from the latest text."""
    stored = Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
    latest = stored.latest_revision
    if not is_made_from(request, latest) or has_moved_on(page, stored):
        raise conflict_of(request, stored, latest)
    if over := request.POST.get(SAVED_OVER):
        record("edits.saved_over", subject=page, reason=over)


def is_made_from(request: HttpRequest, latest: Revision | None) -> bool:
    """A session that has saved itself names its own revision; others the loaded one,
    with its time, because a session writes several times into one revision.
    """
    post = request.POST
    if own := post.get(OVERWRITTEN_REVISION):
        return latest is not None and own == str(latest.pk)
    return (post.get(LOADED_REVISION, ""), post.get(LOADED_AT, "")) == token_of(latest)


def token_of(latest: Revision | None) -> tuple[str, str]:
    if latest is None:
        return "", ""
    return str(latest.pk), latest.created_at.isoformat()


def has_moved_on(page: Page, stored: Page) -> bool:
    """Whether the page changed between reading it for this request and locking it."""
    return any(getattr(page, name) != getattr(stored, name) for name in STATE)


def conflict_of(
    request: HttpRequest, stored: Page, latest: Revision | None
) -> EditConflict:
    revision_id, saved_at = token_of(latest)
    return EditConflict(
        title=stored.get_admin_display_title(),
        action=reverse("wagtailadmin_pages:edit", args=[stored.pk]),
        token={LOADED_REVISION: revision_id, LOADED_AT: saved_at},
        differences=differences_of(request, stored),
        who=str((latest and latest.user) or ""),
        when=latest.created_at if latest else None,
    )


def differences_of(request: HttpRequest, stored: Page) -> list[Difference]:
    """Fields of the editor in which the posted text is not the latest one."""
    theirs = stored.get_latest_revision_as_object()
    mine = stored.get_latest_revision_as_object()
    handler = type(theirs).get_edit_handler()
    form = handler.get_form_class()(
        without_buttons(request),
        request.FILES,
        instance=mine,
        parent_page=stored.get_parent(),
        for_user=request.user,
    )
    form.defer_required_fields()
    if form.is_valid():
        form.save(commit=False)
    panel = handler.get_bound_panel(instance=theirs, request=request, form=None)
    found = []
    for make in panel.get_comparison():
        comparison = make(theirs, mine)
        name = name_of(comparison)
        if name in form.errors:
            found.append(Difference(name, comparison.field_label(), FAULTY, FAULTY))
        elif comparison.has_changed():
            found.append(difference_of(name, comparison))
    return found


def without_buttons(request: HttpRequest) -> Any:
    """The form as if it were only saved: what submission asks for comes later."""
    data = request.POST.copy()
    for name in [name for name in data if name.startswith("action-")]:
        del data[name]
    return data


def name_of(comparison: Any) -> str:
    field = comparison.field
    is_relation = field.auto_created and not field.concrete
    return field.get_accessor_name() if is_relation else field.name


def difference_of(name: str, comparison: Any) -> Difference:
    """Both texts out of Wagtail's comparison, which marks what only one of them has."""
    both = str(comparison.htmldiff())
    return Difference(
        name,
        str(comparison.field_label()),
        one_side(both, "addition"),
        one_side(both, "deletion"),
    )


def one_side(both: str, others: str) -> str:
    soup = BeautifulSoup(both, "html.parser")
    for other in soup.select(f".{others}"):
        other.decompose()
    text = soup.get_text().strip()
    return mark_safe(str(soup)) if text else "(empty)"  # noqa: S308 - Wagtail's own
