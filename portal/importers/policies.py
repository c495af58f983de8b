"""One policy for each file.

Required: `reference`, which is the address for good, and `versions`, oldest first. A
version names only the fields that change, so the first one names them all; besides the
fields of a policy it may hold `documents` and

- `author`: the account that writes and submits it (default `author`);
- `submit`: whether it is submitted (default true);
- `review`: what happens then (see `reviews`).

`effective_on` and `wrong_since` are dates, or `+60 days` counted from the import.
"""

import datetime
import re
from pathlib import Path
from typing import Any

from django.utils import timezone

from policies.models import PolicyDocument, PolicyIndexPage, PolicyPage
from portal.accounts.models import User
from portal.importers import approval
from portal.importers.documents import document_from
from portal.importers.drafts import fill, person_named
from portal.importers.problems import ImportProblem
from portal.importers.reviews import take_steps
from portal.importers.shapes import list_at, shape

# What is said of one version and does not pass to the next.
OF_ONE_VERSION: dict[str, Any] = {
    "effective_on": None,
    "is_announced": False,
    "correction_notice": "",
    "wrong_since": None,
    "internal_note": "",
}
VERSION_FIELDS = [
    "title",
    "owner_team",
    "specialty",
    "treatments",
    "related_policies",
    "predecessors",
    "required_bodies",
    "position",
    "local_label",
    "funding_route",
    "lay_summary",
    "scope",
    "criteria",
    "exclusions",
    "exceptions",
    "limits",
    "rationale",
    "evidence",
    "codes",
    "individual_funding",
    "monitoring",
    "date_that_counts",
    "transitional_rule",
    "review_due",
    "review_due_on",
    "review_rule",
    "change_type",
    "change_class",
    "change_note",
    "status",
    "superseded_by",
    "status_reason",
    "search_description",
    *OF_ONE_VERSION,
]
POLICY = shape(["reference", "versions"], [])
VERSION = shape([], [*VERSION_FIELDS, "documents", "author", "submit", "review"])
DATES_FROM_NOW = ["effective_on", "wrong_since"]
DAYS_FROM_NOW = re.compile(r"\+(\d+) days")


def policy_exists(data: dict[str, Any]) -> bool:
    return PolicyPage.objects.filter(reference=data.get("reference")).exists()


def import_policy(data: dict[str, Any], folder: Path) -> PolicyPage:
    """Write each version, submit it and take it through its review."""
    data = POLICY.check(data)
    versions = list_at(data, "versions")
    if not versions:
        raise ImportProblem("versions", "A policy has at least one version.")
    policy = PolicyPage(reference=data["reference"])
    for index, version in enumerate(versions):
        where = f"versions[{index}]"
        VERSION.check(version, where)
        author = person_named(version.get("author", "author"), f"{where}.author")
        write_draft(policy, version, folder=folder, author=author, where=where)
        if version.get("submit", True):
            approval.submit(policy, author)
            take_steps(policy, list_at(version, "review", where), f"{where}.review")
        policy = PolicyPage.objects.get(pk=policy.pk).get_latest_revision_as_object()
    return policy


def write_draft(
    policy: PolicyPage,
    version: dict[str, Any],
    *,
    folder: Path,
    author: User,
    where: str,
) -> None:
    """Save the version as a draft on top of the one before it."""
    fill(
        policy,
        values_of(version),
        owner=f"policy/{policy.reference}",
        where=where,
    )
    if "documents" in version:
        policy.documents.set(documents_of(version, folder, author, where))
    if policy.pk is None:
        approval.add_draft(PolicyIndexPage.objects.get(), policy, author)
    else:
        approval.save_draft(policy, author)


def values_of(version: dict[str, Any]) -> dict[str, Any]:
    """The fields that the version sets, days from now turned into dates."""
    named = {name: version[name] for name in VERSION_FIELDS if name in version}
    values = {**OF_ONE_VERSION, **named}
    return {
        name: day_meant(value) if name in DATES_FROM_NOW else value
        for name, value in values.items()
    }


def day_meant(value: Any) -> Any:
    """The date that `+60 days` stands for; anything else as it is."""
    match = DAYS_FROM_NOW.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    return timezone.localdate() + datetime.timedelta(days=int(match[1]))


def documents_of(
    version: dict[str, Any], folder: Path, author: User, where: str
) -> list[PolicyDocument]:
    return [
        PolicyDocument(
            sort_order=index,
            document=document_from(
                document,
                folder=folder,
                uploaded_by=author,
                where=f"{where}.documents[{index}]",
            ),
        )
        for index, document in enumerate(list_at(version, "documents", where))
    ]
