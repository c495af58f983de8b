"""The review screen of a change: what staff see before they decide."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from policies import decisions
from policies.access import require_reader
from policies.companions import change_replaced_by
from policies.differences import differences
from policies.directions import marks_in
from policies.history import live_treatments_of
from policies.models import ChangeRequest, ChangeStatus, Verdict
from policies.review_forms import DecisionForm, RatificationForm
from policies.text import PolicyText
from portal.accounts.requests import StaffRequest
from portal.refusals import Refusal


def change_for(request: StaffRequest, pk: int) -> ChangeRequest:
    """The change, for staff who may read drafts."""
    require_reader(request)
    return get_object_or_404(
        ChangeRequest.objects.select_related(
            "page", "base_version", "submitted_by", "workflow_state"
        ),
        pk=pk,
    )


@require_safe
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Text, differences, people, note, earlier decisions, and what you may do."""
    found = change_for(request, pk)
    return TemplateResponse(
        request, "policies/admin/change.html", review_context(request, found)
    )


def review_context(request: StaffRequest, found: ChangeRequest) -> dict[str, Any]:
    replaced = None if found.is_of_policy else change_replaced_by(found)
    base = found.base_version or replaced
    return {
        "change": found,
        "replaced_change": replaced,
        "page_title": f"Review of {found.name}",
        "stage": decisions.current_stage(found),
        "is_first": base is None,
        "differences": differences(base.content if base else None, found.content),
        "turning_signs": marks_in(found.content),
        "contributors": found.contributors.order_by("last_name", "username"),
        "companions": found.companions.all(),
        "decisions": found.decisions.select_related("person"),
        "ratifications": found.ratifications.select_related("body", "recorded_by"),
        "missing_bodies": decisions.missing_bodies(found),
        "reasons_not_to_decide": decisions.reasons_not_to_decide(found, request.user),
        "reasons_not_to_ratify": decisions.reasons_not_to_ratify(found, request.user),
        "reasons_not_to_cancel": decisions.reasons_not_to_cancel(found, request.user),
        "decision_form": DecisionForm(initial={"seen_hash": found.content_hash}),
        "ratification_form": RatificationForm(change=found),
    }


@require_safe
@xframe_options_sameorigin
def change_text(request: StaffRequest, pk: int) -> HttpResponse:
    """The sealed text as readers would see it."""
    found = change_for(request, pk)
    if found.is_of_policy:
        response = TemplateResponse(
            request, "policies/draft_text.html", draft_context(found)
        )
    else:
        response = found.revision.as_object().serve(request)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def draft_context(found: ChangeRequest) -> dict[str, Any]:
    text = PolicyText(found.content)
    return {
        "change": found,
        "text": text,
        "treatments": live_treatments_of(text.treatment_ids),
    }


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    found = change_for(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return again(request, found, decision_form=form)
    try:
        decisions.decide(
            change=found,
            person=request.user,
            verdict=Verdict(form.cleaned_data["verdict"]),
            note=form.cleaned_data["note"],
            seen_hash=form.cleaned_data["seen_hash"],
        )
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return again(request, found, decision_form=form, status=403)
    messages.success(request, what_happened(found))
    return redirect("policy_change", pk)


@require_POST
def ratify(request: StaffRequest, pk: int) -> HttpResponse:
    found = change_for(request, pk)
    form = RatificationForm(request.POST, change=found)
    if not form.is_valid():
        return again(request, found, ratification_form=form)
    try:
        decisions.ratify(change=found, person=request.user, **form.cleaned_data)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return again(request, found, ratification_form=form, status=403)
    messages.success(request, f"The ratification is on record. {what_happened(found)}")
    return redirect("policy_change", pk)


@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    found = change_for(request, pk)
    decisions.cancel(change=found, person=request.user)
    messages.success(request, "The review is cancelled. The draft can be edited again.")
    return redirect("wagtailadmin_pages:edit", found.page_id)


def again(
    request: StaffRequest, found: ChangeRequest, status: int = 422, **forms: Any
) -> HttpResponse:
    """The screen once more, with what was typed and what was wrong with it."""
    context = {**review_context(request, found), **forms}
    return render(request, "policies/admin/change.html", context, status=status)


def what_happened(found: ChangeRequest) -> str:
    """One sentence for the person who just acted."""
    found.refresh_from_db()
    if found.status == ChangeStatus.REJECTED:
        return "The change is sent back to its author."
    if found.status == ChangeStatus.APPROVED and found.is_of_policy:
        version = found.version
        starts_on = f"{version.effective_on:%-d %B %Y}"
        return f"Approved. Version {version.label} takes effect on {starts_on}."
    stage = decisions.current_stage(found)
    if stage is None:
        return "Approved. The page is public."
    missing = decisions.missing_bodies(found)
    if missing:
        return f"Next: {stage.label}. Ratification is missing: {', '.join(missing)}."
    return f"Your decision is on record. Next: {stage.label}."
