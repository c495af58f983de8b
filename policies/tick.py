"""What happens at a time. Safe every minute and in parallel: each step asks the
record what is due, under a lock or a unique row, and a second asker finds it done.

What is in force needs none of this: readers ask the ledger.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page, Revision

from policies import notifications, outbox
from policies.companions import due_companions
from policies.emergency import is_overdue, waiting_emergencies
from policies.feedback.retention import forget_feedback
from policies.governed import GOVERNANCE
from policies.models import ChangeRequest, PolicyStatus, PolicyVersion, Reminder
from policies.publication import publish_due_companions, refresh_page_row
from policies.signals import ticked
from policies.subscriptions.asking import expire as expire_subscriptions
from policies.subscriptions.bulletins import spread_due
from portal.audit.chain import seal_stragglers
from portal.cache.backends import REMEMBERED
from portal.cache.generation import watch
from portal.cache.models import forget_changes
from portal.media.quarantine import forget_held_files

logger = logging.getLogger(__name__)

# Days from the review date; a later reminder takes the place of a missed one.
REVIEW_REMINDERS = [-90, -30, 0, 14, 30]
EMERGENCY_OVERDUE = "emergency-overdue"


def tick() -> Counter[str]:
    """Do everything that is due; returns how often each thing was done."""
    done: Counter[str] = Counter()
    steps: list[tuple[str, Callable[[Any], bool], Callable[[], Iterable[Any]]]] = [
        ("refreshed", refresh, stale_versions),
        ("accompanied", accompany, due_companions),
        ("expired", expire, expired_pages),
        ("published", publish, due_revisions),
        ("reminded", remind, versions_due_for_review),
        ("escalated", escalate, waiting_emergencies),
    ]
    for name, action, items in steps:
        each(done, name, action, items())
    done["told"], failed = spread_due()
    done["failed"] += failed
    done["requeued"] = outbox.requeue()
    done["sent"] = outbox.deliver()
    outbox.forget()
    done["sealed"] = seal_stragglers()
    expire_subscriptions()
    forget_feedback()
    forget_changes()
    forget_held_files()
    done.update(elsewhere())
    return done


def elsewhere() -> Counter[str]:
    """What other apps had to do; one that fails stops no other."""
    done: Counter[str] = Counter()
    for _receiver, answer in ticked.send_robust(sender=None):
        if isinstance(answer, Exception):
            logger.error("policy_tick: %r", answer, exc_info=answer)
            done["failed"] += 1
        else:
            done.update(answer)
    return done


def each(
    done: Counter[str], name: str, action: Callable[[Any], bool], items: Iterable[Any]
) -> None:
    """Every item in a transaction of its own: one that fails stops no other."""
    for item in list(items):
        try:
            with transaction.atomic():
                done[name] += action(item)
        except Exception:
            logger.exception("policy_tick could not %s %s.", action.__name__, item)
            done["failed"] += 1


def clear_public_caches() -> None:
    """Called when other text is in force than the caches may hold.

    Attempts to sign in are counted in the same cache, so it is not emptied.
    """
    cache.delete_many(REMEMBERED)
    watch().tell_others()


def stale_versions() -> Any:
    """Versions in force that Wagtail's row of their policy does not show yet."""
    return (
        PolicyVersion.objects.in_force()
        .exclude(policy__live_revision=F("revision"))
        .without_content()
        .order_by("effective_from")
    )


def refresh(version: PolicyVersion) -> bool:
    """Make the row of the policy follow the ledger, unless another tick just did."""
    Page.objects.select_for_update().get(pk=version.policy_id)
    current = stale_versions().filter(policy=version.policy_id).first()
    if current is None:
        return False
    refresh_page_row(current)
    transaction.on_commit(clear_public_caches)
    return True


def accompany(companion: ChangeRequest) -> bool:
    """Publish a treatment whose policy took effect, unless another tick just did."""
    Page.objects.select_for_update().get(pk=companion.page_id)
    current = due_companions().filter(pk=companion.pk).first()
    if current is None or current.together_with is None:
        return False
    publish_due_companions(current.together_with)
    transaction.on_commit(clear_public_caches)
    return True


def ungoverned(rows: Any) -> Any:
    """Leave out policies and treatments, which no schedule moves."""
    governed = ContentType.objects.get_for_models(*GOVERNANCE).values()
    return rows.exclude(content_type__in=governed)


def expired_pages() -> Any:
    return ungoverned(Page.objects.live().filter(expire_at__lte=timezone.now()))


def expire(page: Page) -> bool:
    """Take an ordinary page down on its day."""
    current = expired_pages().select_for_update(of=("self",)).filter(pk=page.pk).first()
    if current is None:
        return False
    current.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def due_revisions() -> Any:
    due = Revision.objects.filter(approved_go_live_at__lte=timezone.now())
    return ungoverned(due).order_by("approved_go_live_at")


def publish(revision: Revision) -> bool:
    """Publish an ordinary page on the day that its editor chose."""
    waiting = due_revisions().select_for_update(of=("self",))
    current = waiting.filter(pk=revision.pk).first()
    if current is None:
        return False
    current.publish(log_action="wagtail.publish.scheduled")
    return True


def versions_due_for_review() -> Any:
    """Versions in force whose first reminder, at least, has come."""
    horizon = timezone.localdate() - datetime.timedelta(days=REVIEW_REMINDERS[0])
    return (
        PolicyVersion.objects.in_force()
        .filter(
            status=PolicyStatus.IN_FORCE,
            content__review_due_on__lte=horizon.isoformat(),
        )
        .exclude(content__review_due_on="")
        .select_related("change")
    )


def remind(version: PolicyVersion) -> bool:
    """The latest reminder that is due, once."""
    due_on = datetime.date.fromisoformat(version.content["review_due_on"])
    days = (timezone.localdate() - due_on).days
    offset = max(day for day in REVIEW_REMINDERS if day <= days)
    if not is_first_time(version, f"review{offset:+d}"):
        return False
    notifications.tell_review_due(version)
    return True


def escalate(version: PolicyVersion) -> bool:
    """Tell the governance leads, once, that nobody ratified an emergency in time."""
    if not is_overdue(version) or not is_first_time(version, EMERGENCY_OVERDUE):
        return False
    notifications.tell_overdue(version)
    return True


def is_first_time(version: PolicyVersion, occasion: str) -> bool:
    """Claim the occasion; of ticks that run in parallel one succeeds."""
    return Reminder.objects.get_or_create(version=version, occasion=occasion)[1]
