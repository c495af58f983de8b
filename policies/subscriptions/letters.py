"""Mail to followers. A queued row names keys; no address waits in the queue."""

import re
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django_tasks import TaskContext, task

from policies.outbox import OUTBOX, has_tries_left, report_given_up
from policies.subscriptions.links import CONFIRM, CONFIRM_WITHIN, MANAGE, STOP, link
from policies.subscriptions.models import Follower
from portal.templatetags.portal import public_address, site_brand

BLANK_LINES = re.compile(r"\n{3,}")
PERMANENT = 500
TOPIC = ("policy", "specialty")


class MailTrouble(Exception):
    """A mail server said “not now”. Says so without the address, which it named."""


def letter(
    template: str,
    follower: Follower,
    *,
    connection: BaseEmailBackend | None = None,
    **facts: Any,
) -> EmailMessage:
    """The mail: the first line of its template is the subject, the rest is text.

    Programs for mail show a button to unsubscribe for the two `List-` headers
    (RFC 8058); it works without opening the page.
    """
    service_name = " ".join(site_brand().service_name.split())
    stop_url = public_address(link(STOP, follower))
    context = {
        "service_name": service_name,
        "manage_url": public_address(link(MANAGE, follower)),
        "stop_url": stop_url,
        **facts,
    }
    text = render_to_string(f"subscriptions/mail/{template}.txt", context)
    subject, _line_end, body = text.strip().partition("\n")
    return EmailMessage(
        subject=f"{service_name}: {' '.join(subject.split())}",
        body=BLANK_LINES.sub("\n\n", body.strip()) + "\n",
        to=[follower.email],
        connection=connection,
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def is_refused_for_good(error: Exception) -> bool:
    """Whether the server will never take mail for this address."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _words in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= PERMANENT
    # An address that cannot even be written down for a server.
    return isinstance(error, ValueError)


# What says something about one address, and nothing about the next.
OF_ONE_ADDRESS = (SMTPRecipientsRefused, SMTPDataError, ValueError)


@task(backend=OUTBOX, takes_context=True)
def send_confirmation(context: TaskContext, follower_key: int) -> bool:
    """Ask the owner of the address; False if nobody is asked any more."""
    from policies.subscriptions.asking import confirmed, pending

    follower = Follower.objects.filter(pk=follower_key).first()
    if follower is None:
        return False
    waiting = [row.topic for row in pending(follower).select_related(*TOPIC)]
    if not waiting and not confirmed(follower).exists():
        return False
    message = letter(
        "confirm",
        follower,
        topics=waiting,
        confirm_url=public_address(link(CONFIRM, follower)),
        days=CONFIRM_WITHIN.days,
    )
    try:
        return message.send() == 1
    except Exception as error:
        if is_refused_for_good(error):
            return False
        if not has_tries_left(context.attempt):
            report_given_up(context.task_result.id)
        if isinstance(error, OF_ONE_ADDRESS):
            raise MailTrouble("Not taken now.") from None
        raise
