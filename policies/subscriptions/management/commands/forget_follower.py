from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policies.subscriptions.models import Follower


class Command(BaseCommand):
    """Deletes an address that bounces, or whose owner asks for it in another way."""

    help = "Delete an e-mail address and everything that it follows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Follower.objects.filter(email=options["address"].strip().lower())
        deleted = found.delete()[1].get(Follower._meta.label, 0)
        self.stdout.write("Deleted." if deleted else "This address follows nothing.")
