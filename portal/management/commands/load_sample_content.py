import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from policies import outbox
from policies.subscriptions.bulletins import count_as_told
from portal import environment
from portal.accounts.samples import (
    ADMINISTRATOR,
    DEFAULT_PASSWORD,
    SAMPLE_ACCOUNTS,
    create_sample_accounts,
)
from portal.importers.folder import SAMPLE_FOLDER, import_folder
from portal.importers.problems import ImportProblem


class Command(BaseCommand):
    """Fills a trial site: accounts, treatments, policies in every state of review."""

    help = "Load the sample content; what is there already is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "SAMPLE_ACCOUNTS_ALLOWED", False):
            raise CommandError("Sample content is not allowed under these settings.")
        password = environment.text("PORTAL_SAMPLE_PASSWORD", DEFAULT_PASSWORD)
        create_sample_accounts(password)
        started_at = timezone.now()
        has_loaded = False
        try:
            for line in import_folder(SAMPLE_FOLDER):
                has_loaded = True
                self.stdout.write(f"  {line}")
        except ImportProblem as problem:
            raise CommandError(str(problem)) from problem
        finally:
            if has_loaded:
                tell_nobody(started_at)
        self.stdout.write("The sample content is loaded. Sample accounts:")
        for username, (_first, _last, roles) in SAMPLE_ACCOUNTS.items():
            names = ", ".join(role.name for role in roles)
            self.stdout.write(f"  {username:<12} {names}")
        self.stdout.write(f"  {ADMINISTRATOR:<12} System administrator")
        self.stdout.write(f"Password of all of them: {password}")


def tell_nobody(started_at: datetime.datetime) -> None:
    """The approvals of the sample are no news to staff or followers."""
    outbox.drop_waiting(started_at)
    count_as_told()
