"""Mail about accounts. A task names a person; words and links are made on leaving."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django_tasks import task

from portal.accounts.models import User

OUTBOX = "outbox"


def letter(person: User, template: str, **facts: Any) -> EmailMessage:
    """The mail: the first line of its template is the subject, the rest is text."""
    context = {"person": person, "site_name": settings.WAGTAIL_SITE_NAME, **facts}
    text = render_to_string(template, context)
    subject, _line_end, body = text.strip().partition("\n")
    return EmailMessage(
        subject=f"{settings.WAGTAIL_SITE_NAME}: {subject.strip()}",
        body=body.strip() + "\n",
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


@task(backend=OUTBOX)
def send_invitation(person_key: int) -> bool:
    """Tell an invited person how to set the first password; False if that is done."""
    from portal.accounts.invitations import invitation_path

    person = User.objects.get(pk=person_key)
    if not person.is_active or not person.email or person.has_usable_password():
        return False
    url = f"{settings.WAGTAILADMIN_BASE_URL}{invitation_path(person)}"
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    mail = letter(person, "accounts/mail/invitation.txt", url=url, days=days)
    return mail.send() == 1
