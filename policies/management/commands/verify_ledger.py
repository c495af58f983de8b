from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies import ledger
from policies.models import LedgerEntry, PolicyVersion
from portal.heartbeats.models import LEDGER_VERIFIED, beat


class Command(BaseCommand):
    help = "Verifies the ledger: prints every fault, and ends with 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in ledger.verify():
            faults += 1
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"The ledger is not whole: {faults} faults.")
        beat(LEDGER_VERIFIED)
        self.stdout.write(
            f"The ledger is whole: {LedgerEntry.objects.count()} entries about "
            f"{PolicyVersion.objects.count()} versions."
        )
