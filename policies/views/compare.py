"""What differs between two versions of a policy."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from policies.differences import differences
from policies.history import first_version, period_of, readable_versions
from policies.views.addresses import (
    breadcrumbs,
    help_page,
    history_link,
    no_policy,
    public_address,
)
from policies.views.history import compare_form


@public_address
def choose_versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for two versions, and go to the address of their comparison."""
    first = first_version(reference)
    if first is None:
        return no_policy(request, reference)
    is_asked = bool({"old", "new"} & set(request.GET))
    form = compare_form(reference, **({"data": request.GET} if is_asked else {}))
    if form.is_valid():
        chosen = form.cleaned_data
        return redirect("policy_compare", reference, chosen["old"], chosen["new"])
    context = {
        "version": first,
        "compare_form": form,
        "breadcrumbs": breadcrumbs(first.title, first.policy_url),
    }
    return TemplateResponse(
        request,
        "policies/choose_versions.html",
        context,
        status=400 if form.is_bound else 200,
    )


@public_address
def compare(request: HttpRequest, reference: str, old: int, new: int) -> HttpResponse:
    """The fields that differ, word by word, from the first number to the second."""
    found = {
        version.number: version
        for version in readable_versions(reference).filter(
            # Not `number__in`, which fails on numbers that no column holds.
            Q(number=old) | Q(number=new)
        )
    }
    if not {old, new} <= set(found):
        return unknown_numbers(request, reference, sorted({old, new} - set(found)))
    before, after = found[old], found[new]
    context = {
        "before": before,
        "before_period": period_of(before),
        "after": after,
        "after_period": period_of(after),
        "differences": differences(before.content, after.content),
        "reverse_url": reverse("policy_compare", args=[reference, new, old]),
        "compare_form": compare_form(reference, initial={"old": old, "new": new}),
        "compare_url": reverse("policy_compare_choose", args=[reference]),
        "breadcrumbs": breadcrumbs(after.title, after.policy_url),
    }
    response = TemplateResponse(request, "policies/compare.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def unknown_numbers(
    request: HttpRequest, reference: str, numbers: list[int]
) -> HttpResponse:
    if first_version(reference) is None:
        return no_policy(request, reference)
    missing = " and ".join(str(number) for number in numbers)
    return help_page(
        request,
        heading=f"Policy {reference.upper()} has no public version {missing}",
        sentences=["Choose two versions that are or were in force."],
        links=[
            {
                "text": "Choose two versions to compare",
                "url": reverse("policy_compare_choose", args=[reference]),
            },
            history_link(reference),
        ],
    )
