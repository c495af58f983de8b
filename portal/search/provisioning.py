"""What search starts with: everyday words for what policies call by other names."""

import json
from pathlib import Path

from portal.search.indexing import refresh
from portal.search.models import Synonym

STARTING_LIST = Path(__file__).with_name("starting_synonyms.json")


def provision_search() -> None:
    """Fill a list that is empty, never one that staff edit, and fill the table."""
    if not Synonym.objects.exists():
        for typed, meant in json.loads(STARTING_LIST.read_text("utf-8")).items():
            synonym = Synonym(typed=typed, meant="\n".join(meant))
            synonym.full_clean()
            synonym.save()
    refresh()
