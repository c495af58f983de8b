"""Mail about sign-in. A task names people; links are made when the mail leaves."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from portal.accounts.mail_tasks import OUTBOX, letter
from portal.accounts.models import User
from portal.accounts.roles import GOVERNANCE_LEAD
from portal.audit.models import AuditEntry

NOTICES = {
    "new_device": "Somebody signed in with your account in a new browser",
    "second_factor": "Your second factor was changed",
    "password": "Your password was changed",
}


@task(backend=OUTBOX)
def send_security_notice(person_key: int, notice: str) -> bool:
    """Tell a person what happened to the own account."""
    person = User.objects.get(pk=person_key)
    if not person.email:
        return False
    mail = letter(
        person,
        "sign_in/mail/security_notice.txt",
        what=NOTICES[notice],
        url=f"{settings.WAGTAILADMIN_BASE_URL}{reverse('sign_in_security')}",
    )
    return mail.send() == 1


@task(backend=OUTBOX)
def send_password_link(email: str) -> bool:
    """The link for a new password, if somebody active has this address.

    Queued for any address that is typed, so that the answer takes the same time.
    """
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None or not person.has_usable_password():
        return False
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(person),
            "key": default_token_generator.make_token(person),
        },
    )
    url = f"{settings.WAGTAILADMIN_BASE_URL}{path}"
    return letter(person, "sign_in/mail/password_link.txt", url=url).send() == 1


def tell_break_glass(entry_key: int) -> None:
    """To every governance lead, one mail each."""
    leads = User.objects.filter(groups__name=GOVERNANCE_LEAD.name, is_active=True)
    for key in leads.values_list("pk", flat=True):
        send_break_glass.enqueue(entry_key, key)


@task(backend=OUTBOX)
def send_break_glass(entry_key: int, lead_key: int) -> bool:
    lead, entry = User.objects.get(pk=lead_key), AuditEntry.objects.get(pk=entry_key)
    if not lead.email:
        return False
    at = timezone.localtime(entry.at)
    template = "sign_in/mail/break_glass.txt"
    return letter(lead, template, who=entry.actor_name, at=at).send() == 1
