from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F

from portal.accounts.credentials import record_credential_change
from portal.accounts.models import CredentialKind, User
from portal.audit.recording import record
from portal.sign_in.mail_tasks import send_security_notice


class Command(BaseCommand):
    """For the operator: whoever can run this has the database in hand anyway."""

    help = (
        "Remove the second factor and the recovery codes of somebody who lost them. "
        "Until the next submission that person decides on nothing that waits."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="Stands in the audit log.")

    @transaction.atomic
    def handle(self, *args: Any, username: str, reason: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"Nobody has the user name {username}.")
        if not reason.strip():
            raise CommandError("Give a reason.")
        removed = Authenticator.objects.filter(user=person)
        if not removed.exists():
            raise CommandError(f"{person} has no second factor.")
        removed.delete()
        User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
        record("sign_in.second_factor_removed", subject=person, reason=reason)
        record_credential_change(person, CredentialKind.SECOND_FACTOR, by=None)
        send_security_notice.enqueue(person.pk, "second_factor")
        self.stdout.write(f"{person} sets up a new second factor at the next sign-in.")
