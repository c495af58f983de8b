"""A policy in force in the words of schema.org."""

from collections.abc import Iterable

from pages.models import TreatmentPage
from pages.structured_data import LANGUAGE, Node, filled, organisation
from policies.models import PolicyVersion
from portal.templatetags.portal import public_address


def guideline_nodes(
    version: PolicyVersion, treatments: Iterable[TreatmentPage]
) -> list[Node]:
    """Only for a version that counts now: others must not be found in its place."""
    text = version.text
    node: Node = {
        "@type": ["MedicalGuideline", "CreativeWork"],
        "name": version.title,
        "identifier": version.reference,
        "version": version.label,
        "url": public_address(version.policy_url),
        "description": version.lay_summary,
        "inLanguage": LANGUAGE,
        "datePublished": version.effective_on.isoformat(),
        "guidelineDate": version.effective_on.isoformat(),
        "publisher": organisation(),
        "audience": {"@type": "MedicalAudience", "audienceType": "Clinician"},
        "guidelineSubject": [
            {"@type": "MedicalProcedure", "name": page.title} for page in treatments
        ],
        "code": [
            {
                "@type": "MedicalCode",
                "codingSystem": code["system"],
                "codeValue": code["code"],
            }
            for code in text.codes
            if code["is_included"]
        ],
        "isBasedOn": [
            filled(
                {
                    "@type": "CreativeWork",
                    "name": source["citation"],
                    "url": source["url"],
                }
            )
            for source in text.evidence
        ],
    }
    return [filled(node)]
