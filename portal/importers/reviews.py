"""What happens to a submitted page, step by step, as its file tells it.

A decision has `person`, `verdict` (`approve` or `reject`) and `note`. A ratification
has `person`, `body`, `ratified_on`, `minute_reference` and perhaps `conditions`. A page
whose steps end before the last approval stays in review.
"""

from typing import Any

from django.db import models
from wagtail.models import Page

from policies.models import RatifyingBody, Verdict
from portal.accounts.models import User
from portal.importers import approval
from portal.importers.drafts import named, person_named, plain_value
from portal.importers.problems import ImportProblem
from portal.importers.shapes import shape
from portal.refusals import Refusal

DECISION = shape(["person", "verdict", "note"], [])
RATIFICATION = shape(
    ["person", "body", "ratified_on", "minute_reference"], ["conditions"]
)


def take_steps(page: Page, steps: list[Any], where: str) -> None:
    for index, step in enumerate(steps):
        take_step(page, step, f"{where}[{index}]")


def take_step(page: Page, step: Any, where: str) -> None:
    """One decision or one ratification, in the name of the person it names."""
    is_ratification = isinstance(step, dict) and "body" in step
    step = (RATIFICATION if is_ratification else DECISION).check(step, where)
    person = person_named(step["person"], f"{where}.person")
    try:
        if is_ratification:
            record_ratification(page, person, step, where)
        else:
            verdict = verdict_named(step["verdict"], f"{where}.verdict")
            approval.decide_on(page, person, verdict, step["note"])
    except Refusal as refusal:
        raise ImportProblem(where, str(refusal)) from refusal


def record_ratification(
    page: Page, person: User, step: dict[str, Any], where: str
) -> None:
    approval.ratify_for(
        page,
        person,
        body=named(RatifyingBody, step["body"], f"{where}.body"),
        ratified_on=plain_value(
            models.DateField(), step["ratified_on"], f"{where}.ratified_on"
        ),
        minute_reference=step["minute_reference"],
        conditions=step.get("conditions", ""),
    )


def verdict_named(name: Any, where: str) -> Verdict:
    if name not in Verdict.values:
        choices = " or ".join(f"“{value}”" for value in Verdict.values)
        raise ImportProblem(where, f"The verdict is {choices}, not “{name}”.")
    return Verdict(name)
