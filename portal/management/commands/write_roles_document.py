from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.accounts.roles_document import roles_markdown


class Command(BaseCommand):
    """Writes docs/roles.md from the table of roles."""

    help = "Write docs/roles.md from the table of roles."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "roles.md"
        path.write_text(roles_markdown())
        self.stdout.write(f"{path.name} is written.")
