"""What changed lately, as Atom feeds. Nothing that has not taken effect is in them."""

import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks

from pages.models import Specialty
from policies.history import (
    entries_of_all_policies,
    entries_of_specialty,
    public_versions,
)
from policies.models import PolicyVersion
from portal.templatetags.portal import public_address, site_brand

MOST_ENTRIES = 50


class AllPoliciesFeed(Feed):
    """The latest versions of all policies."""

    feed_type = Atom1Feed
    title_template = None
    description_template = None

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What one feed is about: a reference, a specialty, or nothing."""
        return next(iter(kwargs.values()), None)

    def title(self, reference: Any) -> str:
        return f"Policy changes: {site_brand().service_name}"

    def subtitle(self, reference: Any) -> str:
        return "New versions of policies, each from the moment it takes effect."

    def author_name(self, reference: Any) -> str:
        return site_brand().organisation_name

    def link(self, reference: Any) -> str:
        return public_address("/policies/")

    def feed_url(self, reference: Any) -> str:
        return public_address(reverse("policies_feed"))

    def items(self, reference: Any) -> list[PolicyVersion]:
        return list(entries_of_all_policies()[:MOST_ENTRIES])

    def item_title(self, item: PolicyVersion) -> str:
        return (
            f"{item.reference} {item.title}: version {item.label}, "
            f"{item.get_change_type_display().lower()}"
        )

    def item_description(self, item: PolicyVersion) -> str:
        """Atom summaries are read as HTML, so what people typed is escaped."""
        notes = [item.change_note, item.correction_notice]
        return linebreaks("\n\n".join(note for note in notes if note), autoescape=True)

    def item_link(self, item: PolicyVersion) -> str:
        return public_address(item.get_absolute_url())

    def item_pubdate(self, item: PolicyVersion) -> datetime.datetime:
        return item.effective_from

    def item_updateddate(self, item: PolicyVersion) -> datetime.datetime:
        return item.effective_from

    def item_categories(self, item: PolicyVersion) -> list[str]:
        return [item.get_change_type_display(), item.get_kind_display()]


class PolicyFeed(AllPoliciesFeed):
    """The latest versions of one policy."""

    def title(self, reference: str) -> str:
        return f"Changes of policy {reference.upper()}: {site_brand().service_name}"

    def link(self, reference: str) -> str:
        return public_address(reverse("policy", args=[reference]))

    def feed_url(self, reference: str) -> str:
        return public_address(reverse("policy_feed", args=[reference]))

    def items(self, reference: str) -> list[PolicyVersion]:
        versions = list(public_versions(reference).without_content()[:MOST_ENTRIES])
        if not versions:
            raise Http404(f"No policy {reference.upper()} has been in force.")
        return versions


class SpecialtyFeed(AllPoliciesFeed):
    """The latest versions of the policies of one specialty."""

    def title(self, specialty: Specialty) -> str:
        return f"Policy changes in {specialty.name}: {site_brand().service_name}"

    def feed_url(self, specialty: Specialty) -> str:
        return public_address(reverse("policies_feed_specialty", args=[specialty.slug]))

    def items(self, specialty: Specialty) -> list[PolicyVersion]:
        return list(entries_of_specialty(specialty.slug)[:MOST_ENTRIES])
