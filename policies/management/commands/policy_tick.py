from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.outbox import failed_mail_count
from policies.tick import tick
from portal.heartbeats.models import TICK, beat


class Command(BaseCommand):
    """Does what is due now: page rows, schedules, reminders, escalations, mail."""

    help = "Do what is due; run it every minute. Two at a time do no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick()
        beat(TICK)
        self.stdout.write(
            f"Policies refreshed: {done['refreshed']}, pages published: "
            f"{done['published']}, expired: {done['expired']}, reminders: "
            f"{done['reminded']}, escalations: {done['escalated']}, followers to "
            f"be told: {done['told']}, mails sent: {done['sent']}, to be tried "
            f"again: {done['requeued']}, given up: {failed_mail_count()}, search "
            f"entries put right: {done['search_refreshed']}, failures: "
            f"{done['failed']}."
        )
        if done["failed"]:
            raise CommandError(f"{done['failed']} failed; the log says what and why.")
