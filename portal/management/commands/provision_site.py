from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from pages.provisioning import provision_tree
from policies.models import PolicyIndexPage
from policies.provisioning import provision_workflows
from portal.accounts.provisioning import provision_roles
from portal.consent.provisioning import provision_cookie_groups
from portal.search.provisioning import provision_search


class Command(BaseCommand):
    """Makes the database match the code: tree, roles, workflows, search, cookies."""

    help = "Provision the site; safe to run on every deploy."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
            call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            provision_tree([PolicyIndexPage])
            provision_roles()
            provision_workflows()
            provision_search()
        provision_cookie_groups()
        self.stdout.write("The site is provisioned.")
