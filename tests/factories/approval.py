"""Steps of an approval as staff take them, through the services that screens call."""

from types import SimpleNamespace
from typing import Any

from wagtail.models import Page

from policies.decisions import current_stage, decide, stages_of
from policies.models import ChangeRequest, PolicyPage, PolicyVersion, Verdict
from policies.stages import QUORUM, ChangeClass, Stage
from portal.accounts.models import User

DECIDERS = {
    Stage.CLINICAL: ["clinician"],
    Stage.COMMISSIONING: ["approver1", "approver2"],
}


def write_draft(page: Page, author: User, **values: Any) -> Any:
    """Save a new draft of the page on top of its latest one; returns the draft."""
    draft = page.get_latest_revision_as_object()
    if isinstance(draft, PolicyPage) and draft.versions.exists():
        values.setdefault("change_type", "wording")
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save_revision(user=author, log_action=True)
    return draft


def submit(page: Page, by: User) -> ChangeRequest:
    """Start the workflow of the page with its latest draft; returns the change."""
    page = page.specific_class.objects.get(pk=page.pk)
    page.get_workflow().start(page, by)
    return ChangeRequest.objects.get(page=page, status="in_review")


def decide_as(
    person: User,
    change: ChangeRequest,
    verdict: Verdict = Verdict.APPROVE,
    note: str = "Checked against the evidence.",
) -> None:
    """Take one decision on the text that is in review."""
    decide(
        change=change,
        person=person,
        verdict=verdict,
        note=note,
        seen_hash=change.content_hash,
    )
    change.refresh_from_db()


def deciders(change: ChangeRequest, people: SimpleNamespace) -> list[User]:
    """As many people as the change needs, in the order of its stages."""
    return [
        getattr(people, username)
        for stage in stages_of(change)
        for username in DECIDERS[stage][
            : QUORUM[(stage, ChangeClass(change.change_class))]
        ]
    ]


def approve_fully(change: ChangeRequest, people: SimpleNamespace) -> ChangeRequest:
    """Every approval that the change needs, stage by stage."""
    for person in deciders(change, people):
        decide_as(person, change)
    return change


def approve_up_to(
    stage: Stage, change: ChangeRequest, people: SimpleNamespace
) -> ChangeRequest:
    """Every approval before `stage`, which then waits for its first decision."""
    for person in deciders(change, people):
        if current_stage(change) == stage:
            break
        decide_as(person, change)
    return change


def publish_policy(policy: PolicyPage, people: SimpleNamespace) -> PolicyVersion:
    """Submit the latest draft and approve it; returns the new version."""
    change = approve_fully(submit(policy, people.author), people)
    return PolicyVersion.objects.get(change=change)


def publish_next(
    policy: PolicyPage, people: SimpleNamespace, **values: Any
) -> PolicyVersion:
    """A further version with the given values, written by the author."""
    write_draft(policy, people.author, **values)
    return publish_policy(policy, people)
