from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.chain import verify
from portal.audit.models import AuditHead
from portal.heartbeats.models import AUDIT_VERIFIED, beat


class Command(BaseCommand):
    help = (
        "Verifies the audit log: prints every fault, and ends with 1 if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            metavar="SEQUENCE:CHAIN",
            help="An earlier end of the chain that was kept elsewhere.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in verify(self.anchor(options["anchor"])):
            faults += 1
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"The audit log is not whole: {faults} faults.")
        beat(AUDIT_VERIFIED)
        head = AuditHead.objects.filter(pk=1).first()
        self.stdout.write("The audit log is whole. Keep its end elsewhere:")
        self.stdout.write(str(head) if head else "it has no entry yet.")

    def anchor(self, given: str | None) -> tuple[int, str] | None:
        if given is None:
            return None
        sequence, _colon, chain = given.partition(":")
        if not sequence.isdecimal() or len(chain) != 64:
            raise CommandError("Write the anchor as this command printed it.")
        return int(sequence), chain
