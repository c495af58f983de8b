"""Sends a batch of deliveries over one connection, and keeps account of bounces.

Each mail that left takes its row with it, so a second try sends only what is left. What
a server says about one address holds for that address; what it says about the portal
stops the batch, which the outbox tries again.
"""

import logging
import time
from dataclasses import dataclass, field
from smtplib import SMTPException
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import TaskContext, task

from policies.outbox import OUTBOX, has_tries_left, report_given_up
from policies.subscriptions.letters import (
    OF_ONE_ADDRESS,
    MailTrouble,
    is_refused_for_good,
    letter,
)
from policies.subscriptions.models import Bulletin, Delivery, Follower
from policies.subscriptions.news import facts_of, is_still_true

logger = logging.getLogger(__name__)

# Mails in a row, of different bulletins, after which an address is forgotten.
MOST_REFUSALS = 3
# A server that refuses so many and takes none has something against the portal.
SUSPICIOUS = 5
# Far below the time after which the outbox takes a batch for abandoned.
SECONDS = 240


@dataclass
class Outcome:
    """What became of a batch: keys of followers."""

    accepted: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    put_off: int = 0
    trouble: Exception | None = None
    # The first one for whom there was no time left.
    rest_from: int | None = None


@task(backend=OUTBOX, takes_context=True)
def send_bulletin(context: TaskContext, key: int, first: int, last: int) -> bool:
    """Mail a bulletin to the followers between two keys; False if nobody got it."""
    waiting = Delivery.objects.filter(bulletin=key, follower__pk__range=(first, last))
    bulletin = Bulletin.objects.select_related("version").get(pk=key)
    if not is_still_true(bulletin):
        waiting.delete()
        return False
    try:
        outcome = send_all(waiting, facts_of(bulletin))
        settle(waiting, outcome)
        raise_trouble(outcome)
    except Exception:
        if not has_tries_left(context.attempt):
            report_given_up(context.task_result.id)
            waiting.delete()
        raise
    if outcome.rest_from is not None:
        send_bulletin.enqueue(key, outcome.rest_from, last)
    return bool(outcome.accepted)


def send_all(waiting: QuerySet[Delivery], facts: dict[str, Any]) -> Outcome:
    outcome = Outcome()
    deliveries = list(waiting.select_related("follower").order_by("follower__pk"))
    started = time.monotonic()
    with get_connection() as connection:
        for delivery in deliveries:
            if time.monotonic() - started > SECONDS:
                outcome.rest_from = delivery.follower_id
                break
            message = letter(
                "bulletin", delivery.follower, connection=connection, **facts
            )
            try:
                message.send()
            except OF_ONE_ADDRESS as error:
                if is_refused_for_good(error):
                    outcome.refused.append(delivery.follower_id)
                else:
                    outcome.put_off += 1
            except (SMTPException, OSError) as error:
                outcome.trouble = error
                break
            else:
                delivery.delete()
                outcome.accepted.append(delivery.follower_id)
    return outcome


def raise_trouble(outcome: Outcome) -> None:
    """Have the outbox try again what is left."""
    if outcome.trouble is not None:
        raise outcome.trouble
    if len(outcome.refused) >= SUSPICIOUS and not outcome.accepted:
        raise MailTrouble("The mail server refuses every address.")
    if outcome.put_off:
        raise MailTrouble(f"{outcome.put_off} mails were not taken now.")


@transaction.atomic
def settle(waiting: QuerySet[Delivery], outcome: Outcome) -> None:
    """Count refusals; an address that refused several mails in a row is forgotten."""
    if len(outcome.refused) >= SUSPICIOUS and not outcome.accepted:
        return
    refused = Follower.objects.filter(pk__in=outcome.refused)
    waiting.filter(follower__in=outcome.refused).delete()
    refused.update(refusals=F("refusals") + 1)
    Follower.objects.filter(pk__in=outcome.accepted).exclude(refusals=0).update(
        refusals=0
    )
    gone = refused.filter(refusals__gte=MOST_REFUSALS)
    if count := len(gone):
        logger.warning(
            "%s addresses refused %s mails in a row and were forgotten.",
            count,
            MOST_REFUSALS,
        )
        gone.delete()
