"""The task behind every notice: read the record, write the mail, send it.

A queued notice names a kind, a row and a person, nothing more. The words come from the
record when the mail leaves, so no text waits in the queue.
"""

import datetime
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskContext, task

from policies import decisions
from policies.models import ChangeRequest, Decision, PolicyVersion, Rescission
from policies.outbox import OUTBOX, has_tries_left, report_given_up
from portal.accounts.models import RoleGrant, User

BLANK_LINES = re.compile(r"\n{3,}")

Facts = dict[str, Any]


def about_change(change: ChangeRequest) -> Facts:
    """What every notice says: which page, and where staff read on."""
    path = reverse("policy_change", args=[change.pk])
    return {
        "change": change,
        "name": " ".join(change.name.split()),
        "stage": decisions.current_stage(change),
        "missing_bodies": decisions.missing_bodies(change),
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{path}",
    }


def decision_needed(key: int, person: User) -> Facts | None:
    """Nothing any more for somebody who decided, or lost the role, in the meantime."""
    change = ChangeRequest.objects.get(pk=key)
    if decisions.reasons_not_to_decide(change, person):
        return None
    return about_change(change)


def decision_taken(key: int, person: User) -> Facts:
    decision = Decision.objects.select_related("change").get(pk=key)
    return {**about_change(decision.change), "decision": decision}


def change_closed(key: int, person: User) -> Facts:
    change = ChangeRequest.objects.select_related("version").get(pk=key)
    return {
        **about_change(change),
        "decisions": change.decisions.all(),
        "version": getattr(change, "version", None),
    }


def about_version(key: int, person: User) -> Facts:
    version = PolicyVersion.objects.select_related("change").get(pk=key)
    return {**about_change(version.change), "version": version}


def review_due(key: int, person: User) -> Facts:
    facts = about_version(key, person)
    due_on = datetime.date.fromisoformat(facts["version"].content["review_due_on"])
    days_left = (due_on - timezone.localdate()).days
    return {**facts, "review_due_on": due_on, "days_left": days_left}


def version_rescinded(key: int, person: User) -> Facts:
    rescission = Rescission.objects.get(pk=key)
    return {
        **about_version(rescission.version_id, person),
        "rescission": rescission,
    }


def role_granted(key: int, person: User) -> Facts:
    grant = RoleGrant.objects.select_related("user", "granted_by").get(pk=key)
    path = reverse("staff_roles_held")
    return {"grant": grant, "url": f"{settings.WAGTAILADMIN_BASE_URL}{path}"}


# Each name is also the name of the template of the mail.
NOTICES: dict[str, Callable[[int, User], Facts | None]] = {
    "decision_needed": decision_needed,
    "decision_taken": decision_taken,
    "change_closed": change_closed,
    "emergency_published": about_version,
    "emergency_overdue": about_version,
    "version_rescinded": version_rescinded,
    "review_due": review_due,
    "role_granted": role_granted,
}


@task(backend=OUTBOX, takes_context=True)
def send_notice(context: TaskContext, notice: str, key: int, person_key: int) -> bool:
    """Tell one person about the row `key`; False if it concerns them no more."""
    try:
        person = User.objects.get(pk=person_key)
        facts = NOTICES[notice](key, person)
        if facts is None or not person.is_active or not person.email:
            return False
        return write(notice, person, facts).send() == 1
    except Exception:
        if not has_tries_left(context.attempt):
            report_given_up(context.task_result.id)
        raise


def write(notice: str, person: User, facts: Facts) -> EmailMessage:
    """The mail: the first line of its template is the subject, the rest is text."""
    text = render_to_string(
        f"policies/mail/{notice}.txt",
        {**facts, "person": person, "site_name": settings.WAGTAIL_SITE_NAME},
    )
    subject, _line_end, body = text.strip().partition("\n")
    return EmailMessage(
        subject=f"{settings.WAGTAIL_SITE_NAME}: {subject.strip()}",
        body=BLANK_LINES.sub("\n\n", body.strip()) + "\n",
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
