"""What a reader does: ask for mail, confirm it, stop it."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from policies.subscriptions import letters
from policies.subscriptions.links import CONFIRM_WITHIN
from policies.subscriptions.models import Follow, Follower
from policies.subscriptions.topics import Topic

# Anybody can type the address of somebody else, so mail that nobody answers is scarce.
BETWEEN_MAILS = datetime.timedelta(hours=1)
MOST_UNANSWERED = 3
MOST_PENDING = 20
MOST_FOLLOWED = 200


@transaction.atomic
def ask(*, email: str, topic: Topic) -> None:
    """Note the wish and see to one mail about it; the caller learns nothing.

    The link of one mail confirms everything that waits for the address, so further
    wishes within the hour need no mail of their own.
    """
    follower, _created = Follower.objects.get_or_create(email=email)
    follower = Follower.objects.select_for_update().get(pk=follower.pk)
    had_pending = pending(follower).exists()
    is_new = add(follower, topic)
    now = timezone.now()
    previous = follower.confirmation_at
    leaves_at = max(now, previous + BETWEEN_MAILS) if previous else now
    is_covered = leaves_at > now and (had_pending or not is_new)
    is_waiting = previous is not None and previous > now
    if is_covered or is_waiting or follower.unanswered >= MOST_UNANSWERED:
        return
    follower.confirmation_at = leaves_at
    follower.unanswered += 1
    follower.save(update_fields=["confirmation_at", "unanswered"])
    letters.send_confirmation.using(run_after=leaves_at).enqueue(follower.pk)


def add(follower: Follower, topic: Topic) -> bool:
    """Whether there is something new to confirm."""
    if (
        pending(follower).count() >= MOST_PENDING
        or follower.follows.count() >= MOST_FOLLOWED
    ):
        return False
    return Follow.objects.get_or_create(
        follower=follower,
        policy=topic.policy,
        specialty=topic.specialty,
        defaults={"asked_at": timezone.now()},
    )[1]


def pending(follower: Follower) -> Any:
    """What was asked for in the name of the address and can still be confirmed."""
    return follower.follows.filter(asked_at__gt=timezone.now() - CONFIRM_WITHIN)


def confirmed(follower: Follower) -> Any:
    return follower.follows.filter(asked_at=None)


@transaction.atomic
def confirm(follower: Follower) -> int:
    """The owner of the address agrees to all that waits; how much that was."""
    Follower.objects.filter(pk=follower.pk).update(unanswered=0)
    return pending(follower).update(asked_at=None)


@transaction.atomic
def stop(follower: Follower, follow_key: int) -> None:
    """End one subscription, and forget the address with its last one."""
    Follower.objects.select_for_update().filter(pk=follower.pk).first()
    follower.follows.filter(pk=follow_key).delete()
    if not follower.follows.exists():
        follower.delete()


@transaction.atomic
def expire() -> int:
    """Delete wishes that nobody confirmed, and addresses that follow nothing."""
    before = timezone.now() - CONFIRM_WITHIN
    expired: int = Follow.objects.filter(asked_at__lte=before).delete()[0]
    # Locked, because somebody may be asking for one of them right now.
    idle = Follower.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        follows=None
    )
    Follower.objects.filter(pk__in=[row.pk for row in idle], follows=None).delete()
    Follower.objects.filter(confirmation_at__lte=before).exclude(
        follows__asked_at__isnull=False
    ).update(confirmation_at=None, unanswered=0)
    return expired
