"""Pages in the words of schema.org."""

from typing import Any

from django.urls import reverse
from wagtail.blocks import StreamValue

from pages.models import HomePage, TreatmentPage
from portal.languages import active_language
from portal.templatetags.portal import public_address, site_brand

Node = dict[str, Any]

LANGUAGE = "en-GB"
MOST_WORDS = 60

# Each section: its anchor on the page, and the aspect of health it is about.
ASPECTS = {
    "what_it_is": ("what-it-is", "Overview"),
    "why_it_is_done": ("why-it-is-done", "MayTreat"),
    "kinds": ("kinds", "Types"),
    "what_happens": ("what-happens", "HowItWorks"),
    "benefits": ("benefits", "Benefits"),
    "risks": ("risks", "RisksOrComplications"),
    "alternatives": ("alternatives", "Treatments"),
    "recovery": ("recovery", "LivingWith"),
    "getting_help": ("getting-help", "SeeDoctor"),
    "who_can_have_it": ("who-can-have-it", "GettingAccess"),
}


def organisation() -> Node:
    """Who publishes the site."""
    return {
        "@type": "Organization",
        "@id": public_address("/#organisation"),
        "name": site_brand().organisation_name,
        "url": public_address("/"),
    }


def home_nodes(page: HomePage) -> list[Node]:
    address = public_address(reverse("search"))
    return [
        organisation(),
        {
            "@type": "WebSite",
            "name": site_brand().service_name,
            "url": public_address("/"),
            "inLanguage": active_language().tag,
            "publisher": {"@id": public_address("/#organisation")},
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{address}?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        },
    ]


def treatment_nodes(page: TreatmentPage) -> list[Node]:
    """The page, the procedure it is about, and the aspects it covers."""
    address = public_address(page.get_url() or "/")
    node: Node = {
        "@type": "MedicalWebPage",
        "name": page.title,
        "url": address,
        "description": page.description,
        "inLanguage": active_language().tag,
        "datePublished": day(page.first_published_at),
        "dateModified": day(page.last_published_at),
        "lastReviewed": day(page.last_reviewed_on),
        "reviewedBy": organisation() if page.last_reviewed_on else None,
        "publisher": organisation(),
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "about": procedure(page),
        "hasPart": [
            {
                "@type": "HealthTopicContent",
                "hasHealthAspect": f"https://schema.org/{aspect}HealthAspect",
                "url": f"{address}#{anchor}",
            }
            for name, (anchor, aspect) in ASPECTS.items()
            if getattr(page, name)
        ],
    }
    return [filled(node)]


def procedure(page: TreatmentPage) -> Node:
    return filled(
        {
            "@type": "MedicalProcedure",
            "name": page.title,
            "alternateName": page.other_name_list,
            "bodyLocation": page.body_area,
            "howPerformed": first_words(page.what_happens),
            "followup": first_words(page.recovery),
        }
    )


def first_words(stream: StreamValue) -> str:
    """The beginning of the first passage; lists and cards come after it."""
    texts = (
        text
        for child in stream
        for text in child.block.get_searchable_content(child.value)
    )
    words = str(next(texts, "")).split()
    ending = " …" if len(words) > MOST_WORDS else ""
    return " ".join(words[:MOST_WORDS]) + ending


def day(value: Any) -> str | None:
    return value.isoformat()[:10] if value else None


def filled(node: Node) -> Node:
    """Without members that say nothing."""
    return {name: value for name, value in node.items() if value}
