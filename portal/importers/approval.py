"""Every call from the importers to the workflow and its services, in one place."""

import datetime

from wagtail.models import Page

from policies.decisions import decide, ratify
from policies.models import ChangeRequest, RatifyingBody, Verdict
from portal.accounts.models import User
from portal.refusals import Refusal


def save_draft(page: Page, author: User) -> None:
    page.save_revision(user=author, log_action=True)


def add_draft(parent: Page, page: Page, author: User) -> None:
    """Put a page that is not public below `parent`, as its author may."""
    if not parent.permissions_for_user(author).can_add_subpage():
        raise Refusal(f"{author} may not add pages below “{parent}”.")
    page.live = False
    page.owner = author
    parent.add_child(instance=page)
    save_draft(page, author)


def submit(page: Page, author: User) -> None:
    """Start the workflow of the page with its latest draft."""
    page = type(page).objects.get(pk=page.pk)
    if not page.permissions_for_user(author).can_submit_for_moderation():
        raise Refusal(f"{author} may not submit “{page}” for review.")
    page.get_workflow().start(page, author)


def open_change_of(page: Page) -> ChangeRequest:
    change = page.open_change
    if change is None:
        raise Refusal("The review is over; nothing is left to decide.")
    return change


def decide_on(page: Page, person: User, verdict: Verdict, note: str) -> None:
    """Take a decision on the text that is in review."""
    change = open_change_of(page)
    decide(
        change=change,
        person=person,
        verdict=verdict,
        note=note,
        seen_hash=change.content_hash,
    )


def ratify_for(
    page: Page,
    person: User,
    *,
    body: RatifyingBody,
    ratified_on: datetime.date,
    minute_reference: str,
    conditions: str,
) -> None:
    """Record that a body agreed to the text that is in review."""
    ratify(
        change=open_change_of(page),
        person=person,
        body=body,
        ratified_on=ratified_on,
        minute_reference=minute_reference,
        conditions=conditions,
    )


def publish_information(page: Page, person: User) -> None:
    """Information pages have no workflow: those who may publish do so at once."""
    page.save_revision(user=person, log_action=True).publish(user=person)
