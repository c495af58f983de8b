"""A policy and its versions at their permanent addresses, read from the ledger."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from policies.history import first_version, policy_context, shown_version
from policies.models import PolicyVersion
from policies.structured_data import guideline_nodes
from policies.views.addresses import (
    breadcrumbs,
    help_page,
    history_link,
    no_policy,
    public_address,
)
from portal.cache.parts import keep_parts


@public_address
def policy(request: HttpRequest, reference: str) -> HttpResponse:
    """The text in force now, or the notice that the policy has ended."""
    version = shown_version(reference)
    if version is None:
        return no_policy(request, reference)
    return policy_page(request, version)


@public_address
def policy_version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version that is, was, or is announced to be in force."""
    version = shown_version(reference, number)
    if version is None:
        return no_version(request, reference, number)
    response = policy_page(request, version, is_under_policy=True)
    response.headers["Link"] = f'<{version.policy_url}>; rel="latest-version"'
    return response


def policy_page(
    request: HttpRequest, version: PolicyVersion, *, is_under_policy: bool = False
) -> HttpResponse:
    """The text of a version; search engines are to list only the one in force."""
    reference = version.reference.lower()
    context = policy_context(version)
    context["is_permanent_address"] = is_under_policy
    context["breadcrumbs"] = (
        breadcrumbs(version.title, version.policy_url)
        if is_under_policy
        else breadcrumbs()
    )
    context["history_url"] = reverse("policy_history", args=[reference])
    context["checklist_url"] = (
        reverse("policy_checklist", args=[reference])
        if context["is_current"]
        else reverse("policy_version_checklist", args=[reference, version.number])
    )
    context["day_url"] = reverse("policy_on", args=[reference])
    context["feed_url"] = reverse("policy_feed", args=[reference])
    if context["is_current"] and version.applies:
        context["structured_data"] = SimpleLazyObject(
            lambda: guideline_nodes(version, context["treatments"])
        )
    response = TemplateResponse(request, "policies/policy.html", context)
    keep_parts(request, response)
    if not context["is_current"]:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def no_version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Numbers that are not in force yet, were taken back, or never were given."""
    if first_version(reference) is None:
        return no_policy(request, reference)
    return help_page(
        request,
        heading=f"Policy {reference.upper()} has no public version {number}",
        sentences=["The history lists every version that is or was in force."],
        links=[history_link(reference)],
    )
