"""Refuses a deployment in which a policy could reach the public unapproved."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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
