"""All versions of a policy, for people and for programs."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from policies.forms_for_readers import CompareForm
from policies.history import (
    VERSIONS_PER_PAGE,
    HistoryEntry,
    entry_of,
    history_entries,
    public_versions,
)
from policies.periods import Period
from policies.views.addresses import breadcrumbs, no_policy, public_address
from portal.templatetags.portal import public_address as full_address


@public_address
def policy_history(request: HttpRequest, reference: str) -> HttpResponse:
    """All versions, newest first."""
    paginator = Paginator(history_entries(reference), VERSIONS_PER_PAGE)
    page_obj = paginator.get_page(request.GET.get("p"))
    latest = public_versions(reference).without_content().first()
    if latest is None:
        return no_policy(request, reference)
    context = {
        "page_obj": page_obj,
        "entries": [entry_of(version) for version in page_obj],
        "title": latest.title,
        "reference": latest.reference,
        "policy_url": latest.policy_url,
        "compare_form": compare_form(reference) if paginator.count > 1 else None,
        "compare_url": reverse("policy_compare_choose", args=[reference]),
        "day_url": reverse("policy_on", args=[reference]),
        "feed_url": reverse("policy_feed", args=[reference]),
        "json_url": reverse("policy_history_json", args=[reference]),
        "breadcrumbs": breadcrumbs(latest.title, latest.policy_url),
    }
    return TemplateResponse(request, "policies/history.html", context)


@public_address
def policy_history_json(request: HttpRequest, reference: str) -> HttpResponse:
    """All versions as data, newest first."""
    entries = [entry_of(version) for version in history_entries(reference)]
    if not entries:
        return JsonResponse(
            {"error": f"No policy with the reference {reference.upper()} is in force."},
            status=404,
        )
    latest = entries[0].version
    return JsonResponse(
        {
            "reference": latest.reference,
            "title": latest.title,
            "address": full_address(latest.policy_url),
            "versions": [entry_data(entry) for entry in entries],
        }
    )


def entry_data(entry: HistoryEntry) -> dict[str, Any]:
    version = entry.version
    return {
        "number": version.number,
        "label": version.label,
        "title": version.title,
        "address": full_address(version.get_absolute_url()),
        "status": version.status,
        "position": version.position,
        "kind": version.kind,
        "change_type": version.change_type,
        "change_note": version.change_note,
        "correction_notice": version.correction_notice,
        "wrong_since": version.wrong_since,
        **period_data(entry.period),
        "sha256": version.content_hash,
        "chain": entry.chain,
    }


def period_data(period: Period) -> dict[str, Any]:
    return {"in_force_from": period.start, "in_force_until": period.end}


def compare_form(reference: str, **kwargs: Any) -> CompareForm:
    """The form that chooses among the versions of a policy, newest first."""
    versions = public_versions(reference).without_content()
    choices = [
        (version.number, f"Version {version.label}, {version.effective_on:%-d %B %Y}")
        for version in versions
    ]
    numbers = [number for number, _label in choices]
    if not kwargs:
        latest, before = numbers[0], numbers[:2][-1]
        kwargs["initial"] = {"old": before, "new": latest}
    return CompareForm(versions=choices, **kwargs)
