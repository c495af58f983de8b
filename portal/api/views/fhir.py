"""The criteria of a version for systems that speak FHIR R4."""

from django.http import HttpRequest

from policies.models import PolicyVersion
from portal.api.answers import Data, public_data
from portal.api.fhir import plan_definition as plan
from portal.api.fhir import questionnaire as questions
from portal.api.problems import Problem
from portal.api.views.policies import current_version, numbered_version

FHIR = "application/fhir+json"


@public_data(schema="FhirResource", content_type=FHIR)
def plan_definition(
    request: HttpRequest, reference: str, number: int | None = None
) -> Data:
    """The criteria as a FHIR R4 PlanDefinition."""
    return plan.plan_definition(version_with_text(reference, number))


@public_data(schema="FhirResource", content_type=FHIR)
def questionnaire(
    request: HttpRequest, reference: str, number: int | None = None
) -> Data:
    """The criteria as a FHIR R4 Questionnaire."""
    return questions.questionnaire(version_with_text(reference, number))


def version_with_text(reference: str, number: int | None) -> PolicyVersion:
    """A version in force now, or the one with a number; ended policies ask nothing."""
    version = (
        current_version(reference)
        if number is None
        else numbered_version(reference, number)
    )
    if not version.applies:
        raise Problem(
            404,
            f"Policy {version.reference} has ended with version {version.label}, "
            "which has no criteria.",
            policy_status=version.status,
        )
    return version
