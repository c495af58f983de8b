"""Imports a folder of content, one file after the other, each in one transaction.

What is there already is left alone, so an import that was stopped goes on where it
was at the next run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.importers.information import import_information, information_exists
from portal.importers.policies import import_policy, policy_exists
from portal.importers.problems import ImportProblem, problems_of
from portal.importers.shapes import read_json
from portal.importers.site import import_site
from portal.importers.translations import import_translation, translation_exists
from portal.importers.treatments import import_treatment, treatment_exists

SAMPLE_FOLDER = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class Family:
    """One kind of page: its folder, and how a file of it is read and imported."""

    folder: str
    name_of: Callable[[dict[str, Any]], str]
    needs: Callable[[dict[str, Any]], list[str]]
    exists: Callable[[dict[str, Any]], bool]
    import_one: Callable[[dict[str, Any], Path], Any]


def related_policies_of(data: dict[str, Any]) -> list[str]:
    return [
        reference
        for version in data.get("versions", [])
        for reference in version.get("related_policies", [])
    ]


FAMILIES = [
    Family(
        folder="information",
        name_of=lambda data: data.get("slug", ""),
        needs=lambda data: [],
        exists=information_exists,
        import_one=import_information,
    ),
    Family(
        folder="treatments",
        name_of=lambda data: data.get("slug", ""),
        needs=lambda data: data.get("related_treatments", []),
        exists=treatment_exists,
        import_one=import_treatment,
    ),
    Family(
        folder="policies",
        name_of=lambda data: data.get("reference", ""),
        needs=related_policies_of,
        exists=policy_exists,
        import_one=import_policy,
    ),
    Family(
        folder="translations",
        name_of=lambda data: (
            f"{data.get('treatment', '')} ({data.get('language', '')})"
        ),
        needs=lambda data: [],
        exists=translation_exists,
        import_one=import_translation,
    ),
]


def import_folder(folder: Path) -> Iterator[str]:
    """Import what is missing; yields one line of progress for each file imported."""
    site_file = folder / "site.json"
    if site_file.exists():
        with problems_of(site_file), transaction.atomic():
            import_site(read_json(site_file))
    for family in FAMILIES:
        for path, data in in_order(family, folder / family.folder):
            if family.exists(data):
                continue
            with problems_of(path), transaction.atomic():
                family.import_one(data, folder)
            yield f"{family.folder}: {family.name_of(data)}"


def in_order(family: Family, folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The files by name, but each after those that its page refers to."""
    files: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        with problems_of(path):
            data = read_json(path)
            if not isinstance(data, dict):
                raise ImportProblem("", "A file holds one object.")
        files[family.name_of(data) or path.name] = (path, data)
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, (_path, data) in files.items():
        sorter.add(name, *(need for need in family.needs(data) if need in files))
    try:
        return [files[name] for name in sorter.static_order()]
    except CycleError as error:
        names = ", ".join(error.args[1])
        message = f"These files refer to each other in a circle: {names}."
        raise ImportProblem("", message, folder.name) from error
