"""Commissioning positions: one internal scale, and the words patients read."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_noop

from policies.status import PolicyStatus


class Position(models.TextChoices):
    ROUTINE = "routine", "Routinely commissioned"
    CRITERIA = "criteria", "Criteria based"
    PRIOR_APPROVAL = "prior_approval", "Prior approval"
    INDIVIDUAL_PRIOR_APPROVAL = "individual_prior_approval", "Individual prior approval"
    NOT_ROUTINE = "not_routine", "Not routinely commissioned"
    NOT_COMMISSIONED = "not_commissioned", "Not commissioned"


class FundingRoute(models.TextChoices):
    NONE_NEEDED = "none_needed", "No funding request is needed"
    CRITERIA_CHECK = "criteria_check", "The referrer confirms that the criteria are met"
    PRIOR_APPROVAL = "prior_approval", "Prior approval before treatment"
    INDIVIDUAL = "individual", "Individual funding request"
    NOT_FUNDED = "not_funded", "Not funded by the NHS here"


class PositionWords(NamedTuple):
    """How a position reads to a patient: a tag, its colour, one sentence."""

    tag: str
    colour: str
    sentence: str


PATIENT_WORDS = {
    Position.ROUTINE: PositionWords(
        gettext_noop("Funded"),
        "green",
        gettext_noop("The NHS here pays for this treatment."),
    ),
    Position.CRITERIA: PositionWords(
        gettext_noop("Funded if you meet the rules"),
        "blue",
        gettext_noop(
            "The NHS here pays for this only if you meet the rules of the policy."
        ),
    ),
    Position.PRIOR_APPROVAL: PositionWords(
        gettext_noop("Funded if agreed first"),
        "blue",
        gettext_noop(
            "The NHS here pays for this only if you meet the rules and the "
            "funding is agreed before treatment."
        ),
    ),
    Position.INDIVIDUAL_PRIOR_APPROVAL: PositionWords(
        gettext_noop("Funded if agreed for you"),
        "yellow",
        gettext_noop(
            "The NHS here pays for this only if funding is agreed for you, "
            "by name, before treatment."
        ),
    ),
    Position.NOT_ROUTINE: PositionWords(
        gettext_noop("Not routinely funded"),
        "orange",
        gettext_noop(
            "The NHS here does not normally pay for this. Your clinician "
            "can ask for exceptional funding if your case is different."
        ),
    ),
    Position.NOT_COMMISSIONED: PositionWords(
        gettext_noop("Not funded"),
        "red",
        gettext_noop("The NHS here does not pay for this treatment."),
    ),
}

SEVERAL_POLICIES = PositionWords(
    gettext_noop("Depends"),
    "grey",
    gettext_noop("More than one policy is about this. Each has its own rules."),
)
ENDED_WORDS = {
    PolicyStatus.WITHDRAWN: PositionWords(
        gettext_noop("Withdrawn"),
        "grey",
        gettext_noop("This policy has been withdrawn. It no longer applies."),
    ),
    PolicyStatus.SUPERSEDED: PositionWords(
        gettext_noop("Superseded"),
        "grey",
        gettext_noop("Another policy has taken the place of this one."),
    ),
}


def patient_words(position: str) -> PositionWords:
    """The words for a value of `Position`."""
    return PATIENT_WORDS[Position(position)]
