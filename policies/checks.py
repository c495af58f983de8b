"""Refuses a deployment in which a policy could reach the public unapproved."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from policies import database_rules

REQUIRED_SETTINGS = {
    "WAGTAIL_WORKFLOW_ENABLED": True,
    "WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT": True,
    "WAGTAIL_FINISH_WORKFLOW_ACTION": "policies.workflow.finish",
}


@register("policies")
def approval_settings_are_in_place(**kwargs: Any) -> Iterator[CheckMessage]:
    for name, value in REQUIRED_SETTINGS.items():
        if getattr(settings, name, None) != value:
            yield Error(
                f"{name} must be {value!r}: approval of policies depends on it.",
                hint="Set it in portal/settings/content.py.",
                id="policies.E001",
            )


@register(Tags.database)
def database_rules_are_installed(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> Iterator[CheckMessage]:
    """Runs with `check --database default`, on deploy and in `migrate`."""
    for using in databases or []:
        if "policies_ledgerentry" not in connections[using].introspection.table_names():
            continue
        missing = database_rules.missing(using)
        if missing:
            yield Error(
                f"The database lacks rules of the ledger: {', '.join(missing)}.",
                hint="Run migrate, which installs them again.",
                id="policies.E002",
            )
