"""What a complete policy says: one sentence for each field that does not say it.

The form asks with what was typed, the service with the draft; both get the same.
"""

from collections.abc import Mapping
from typing import Any

from policies.models.changes import ChangeType
from policies.positions import Position
from policies.status import PolicyStatus
from portal.languages import language


def faults_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Field name to sentence; empty when the policy can be submitted."""
    return {
        **review_faults(values),
        **criteria_faults(values),
        **correction_faults(values),
        **ending_faults(values),
        **treatment_faults(values),
    }


def treatment_faults(values: Mapping[str, Any]) -> dict[str, str]:
    treatments = values.get("treatments") or ()
    if all(language(page.locale.language_code).is_english for page in treatments):
        return {}
    return {
        "treatments": "Choose the English pages: their translations show the same "
        "policies by themselves."
    }


def review_faults(values: Mapping[str, Any]) -> dict[str, str]:
    kind = values.get("review_due")
    if kind == "date" and not values.get("review_due_on"):
        return {
            "review_due_on": "Give the date of the next review, or choose “To be "
            "confirmed” or “By a rule”."
        }
    if kind == "rule" and not values.get("review_rule"):
        return {"review_rule": "Say by which rule the review falls due."}
    return {}


def criteria_faults(values: Mapping[str, Any]) -> dict[str, str]:
    if values.get("position") == Position.CRITERIA and not values.get("criteria"):
        return {"criteria": "A criteria based policy needs its criteria."}
    return {}


def correction_faults(values: Mapping[str, Any]) -> dict[str, str]:
    faults = {}
    if values.get("change_type") == ChangeType.CORRECTION:
        if not (values.get("correction_notice") or "").strip():
            faults["correction_notice"] = "A correction says publicly what was wrong."
        if not values.get("wrong_since"):
            faults["wrong_since"] = "A correction says since when the text was wrong."
    return faults


def ending_faults(values: Mapping[str, Any]) -> dict[str, str]:
    faults = {}
    status = values.get("status")
    if status in (PolicyStatus.WITHDRAWN, PolicyStatus.SUPERSEDED):
        if not (values.get("status_reason") or "").strip():
            faults["status_reason"] = "Say publicly why the policy ends."
        if status == PolicyStatus.SUPERSEDED and not values.get("superseded_by"):
            faults["superseded_by"] = (
                "Give the reference of the policy that takes over."
            )
    return faults
