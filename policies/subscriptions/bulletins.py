"""What followers are told of a version, and how a bulletin reaches all of them.

A bulletin is written in the transaction of what it tells about. When it is due, the
tick makes deliveries for it in batches, each batch one transaction with one row of the
outbox, however many follow.
"""

import logging
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from policies.models import PolicyVersion, Rescission
from policies.subscriptions.models import (
    Bulletin,
    Delivery,
    Follow,
    Follower,
    Occasion,
)
from policies.subscriptions.news import is_still_true
from policies.subscriptions.sending import send_bulletin

logger = logging.getLogger(__name__)

BATCH = 100


def tell_of_version(version: PolicyVersion) -> None:
    """At its moment, and now as well if readers may know of it before."""
    bulletins = [(Occasion.IN_FORCE, version.effective_from)]
    if version.is_announced and version.effective_from > timezone.now():
        bulletins.append((Occasion.ANNOUNCED, version.recorded_at))
    Bulletin.objects.bulk_create(
        Bulletin(version=version, occasion=occasion, due_at=due_at)
        for occasion, due_at in bulletins
    )


def tell_of_rescission(rescission: Rescission) -> None:
    """Readers who may have heard of the version hear that it will not come."""
    if rescission.version.is_announced:
        Bulletin.objects.create(
            version=rescission.version,
            occasion=Occasion.TAKEN_BACK,
            due_at=rescission.rescinded_at,
        )


def followers_of(version: PolicyVersion) -> QuerySet[Follower]:
    """Everybody who confirmed that they follow the policy, its specialty, or all."""
    specialty = version.revision.content.get("specialty")
    follows = Follow.objects.filter(asked_at=None).filter(
        Q(policy=version.policy_id)
        | Q(specialty=specialty, specialty__isnull=False)
        | Q(policy=None, specialty=None)
    )
    return Follower.objects.filter(pk__in=follows.values("follower"))


def due_bulletins() -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(
        is_spread=False, due_at__lte=timezone.now()
    ).order_by("due_at", "pk")


def count_as_told() -> int:
    """Followers are not told of what is due by now; returns of how many versions."""
    return due_bulletins().order_by().update(is_spread=True)


def spread_due() -> tuple[int, int]:
    """Make the deliveries of all bulletins that are due: how many, and how many failed.

    A bulletin that fails stops no other.
    """
    made = failed = 0
    for bulletin in list(due_bulletins().values_list("pk", flat=True)):
        try:
            while (count := spread_batch(bulletin)) is not None:
                made += count
        except Exception:
            logger.exception("Bulletin %s could not be spread.", bulletin)
            failed += 1
    return made, failed


@transaction.atomic
def spread_batch(key: int) -> int | None:
    """The next deliveries of a bulletin; None when there is nothing more to do."""
    bulletin = Bulletin.objects.select_for_update().get(pk=key)
    if bulletin.is_spread:
        return None
    keys = next_followers(bulletin)
    if keys:
        Delivery.objects.bulk_create(
            Delivery(bulletin=bulletin, follower_id=follower) for follower in keys
        )
        send_bulletin.enqueue(bulletin.pk, keys[0], keys[-1])
        bulletin.reached = keys[-1]
    bulletin.is_spread = len(keys) < BATCH
    bulletin.save(update_fields=["reached", "is_spread"])
    return len(keys)


def next_followers(bulletin: Bulletin) -> list[Any]:
    if not is_still_true(bulletin):
        return []
    version = PolicyVersion.objects.select_related("revision").get(
        pk=bulletin.version_id
    )
    found = followers_of(version).filter(pk__gt=bulletin.reached).order_by("pk")
    # Locked against being forgotten in the same moment.
    locked = found.select_for_update(of=("self",)).values_list("pk", flat=True)
    return list(locked[:BATCH])
