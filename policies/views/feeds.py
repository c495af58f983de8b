"""The Atom feeds, which readers ask for often and download only when they changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pages.models import Specialty
from policies.feeds import AllPoliciesFeed, PolicyFeed, SpecialtyFeed
from policies.history import (
    entries_of_all_policies,
    entries_of_specialty,
    first_version,
    public_versions,
)
from policies.views.addresses import no_policy, public_address
from policies.views.conditional import if_changed
from portal.templatetags.portal import site_brand


@require_safe
def all_policies(request: HttpRequest) -> HttpResponse:
    """The feed of all policies."""
    return if_changed(
        request,
        entries_of_all_policies(),
        lambda: AllPoliciesFeed()(request),
        *publisher(),
    )


@require_safe
def one_specialty(request: HttpRequest, slug: str) -> HttpResponse:
    """The feed of the policies of one specialty."""
    specialty = get_object_or_404(Specialty, slug=slug)
    return if_changed(
        request,
        entries_of_specialty(slug),
        lambda: SpecialtyFeed()(request, specialty=specialty),
        *publisher(),
        specialty.name,
    )


@public_address
def one_policy(request: HttpRequest, reference: str) -> HttpResponse:
    """The feed of one policy."""
    if first_version(reference) is None:
        return no_policy(request, reference)
    return if_changed(
        request,
        public_versions(reference),
        lambda: PolicyFeed()(request, reference=reference),
        *publisher(),
    )


def publisher() -> tuple[str, str]:
    """The words of every feed that no version brings."""
    brand = site_brand()
    return brand.service_name, brand.organisation_name
