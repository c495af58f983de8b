"""Publication in an emergency, and the judgement of two others afterwards."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from policies import emergency
from policies.access import require_reader
from policies.differences import differences
from policies.governance_forms import EmergencyForm, JudgementForm
from policies.governed import governed_content
from policies.models import EmergencyVerdict, PolicyPage, PolicyVersion
from policies.stages import EMERGENCY_QUORUM, EMERGENCY_RATIFICATION_TIME
from portal.accounts.requests import StaffRequest
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal


def latest_draft(policy: PolicyPage) -> Any:
    revision = policy.get_latest_revision()
    if revision is None:
        raise Refusal("Save a draft before you publish it.")
    return revision.as_object()


@require_http_methods(["GET", "HEAD", "POST"])
def publish_at_once(request: StaffRequest, page_pk: int) -> HttpResponse:
    """Show what would go public, and what it does to everything else; then do it."""
    require_reader(request)
    policy = get_object_or_404(PolicyPage, pk=page_pk)
    if request.method == "POST":
        return publish_posted(request, policy)
    form = EmergencyForm(initial={"seen_hash": hash_of(latest_draft(policy))})
    return publish_screen(request, policy, form)


def hash_of(draft: Any) -> str:
    return content_hash(governed_content(draft))


@transaction.atomic
def publish_posted(request: StaffRequest, policy: PolicyPage) -> HttpResponse:
    """Locked, so that the draft on the screen is the draft that goes public."""
    form = EmergencyForm(request.POST)
    if not form.is_valid():
        return publish_screen(request, policy, form, status=422)
    Page.objects.select_for_update().get(pk=policy.pk)
    policy = PolicyPage.objects.get(pk=policy.pk)
    if form.cleaned_data["seen_hash"] != hash_of(latest_draft(policy)):
        form.add_error(
            None,
            "The draft has changed since you opened this screen. Read the differences "
            "again; your reason is kept.",
        )
        # The next attempt answers for the draft that the screen shows now.
        form.data = {**request.POST.dict(), "seen_hash": hash_of(latest_draft(policy))}
        return publish_screen(request, policy, form, status=403)
    try:
        version = emergency.publish_at_once(
            policy=policy, person=request.user, reason=form.cleaned_data["reason"]
        )
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return publish_screen(request, policy, form, status=403)
    due = timezone.localtime(version.ratify_by)
    messages.success(
        request,
        f"Version {version.label} is in force. Two other people must ratify it by "
        f"{due:%-d %B %Y, %H:%M}.",
    )
    return redirect("policy_versions", policy.pk)


def publish_screen(
    request: StaffRequest, policy: PolicyPage, form: EmergencyForm, status: int = 200
) -> HttpResponse:
    draft = latest_draft(policy)
    in_force = policy.versions.in_force().first()
    context = {
        "page_title": f"Publish {policy.reference} at once",
        "policy": policy,
        "form": form,
        "reasons": emergency.reasons_not_to_publish_at_once(draft, request.user),
        "in_force": in_force,
        "is_first": in_force is None,
        "differences": differences(
            in_force.content if in_force else None, governed_content(draft)
        ),
        "scheduled": policy.versions.scheduled().without_content(),
        "open_change": policy.open_change,
        "hours": int(EMERGENCY_RATIFICATION_TIME.total_seconds() // 3600),
        "quorum": EMERGENCY_QUORUM,
    }
    return render(
        request, "policies/admin/publish_at_once.html", context, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: StaffRequest, pk: int) -> HttpResponse:
    """Ratify or overturn an emergency version, with its text and its difference."""
    require_reader(request)
    version = get_object_or_404(
        PolicyVersion.objects.filter(kind="emergency").select_related(
            "change", "published_by"
        ),
        pk=pk,
    )
    if request.method == "POST":
        return judgement_posted(request, version)
    form = JudgementForm(initial={"seen_hash": version.content_hash})
    return judgement_screen(request, version, form)


@transaction.atomic
def judgement_posted(request: StaffRequest, version: PolicyVersion) -> HttpResponse:
    form = JudgementForm(request.POST)
    if not form.is_valid():
        return judgement_screen(request, version, form, status=422)
    try:
        emergency.judge(
            version=version,
            person=request.user,
            verdict=EmergencyVerdict(form.cleaned_data["verdict"]),
            note=form.cleaned_data["note"],
            seen_hash=form.cleaned_data["seen_hash"],
        )
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return judgement_screen(request, version, form, status=403)
    messages.success(request, what_judgement_did(version, form.cleaned_data["verdict"]))
    return redirect("policy_versions", version.policy_id)


def what_judgement_did(version: PolicyVersion, verdict: str) -> str:
    if verdict == EmergencyVerdict.OVERTURN:
        return (
            "Your judgement is on record. A change that restores the former text is in "
            "review; until it is approved the emergency version stays in force."
        )
    if emergency.is_unresolved(version):
        return "Your judgement is on record. One more person must ratify this version."
    return f"Version {version.label} is ratified."


def judgement_screen(
    request: StaffRequest,
    version: PolicyVersion,
    form: JudgementForm,
    status: int = 200,
) -> HttpResponse:
    former = emergency.version_before(version)
    context = {
        "page_title": f"Judge the emergency publication of {version}",
        "version": version,
        "former": former,
        "form": form,
        "reasons": emergency.reasons_not_to_judge(version, request.user),
        "is_overdue": emergency.is_overdue(version),
        "is_first": former is None,
        "differences": differences(former.content if former else None, version.content),
        "judgements": version.emergency_decisions.all(),
        "has_restoration_open": emergency.has_restoration_open(version),
        "contributors": version.change.contributors.order_by("last_name", "pk"),
    }
    return render(request, "policies/admin/judge.html", context, status=status)


@require_safe
@xframe_options_sameorigin
def version_text(request: StaffRequest, pk: int) -> HttpResponse:
    """The text of a version, for the frame in which staff read it."""
    require_reader(request)
    version = get_object_or_404(PolicyVersion, pk=pk)
    context = {"version": version, "text": version.text}
    response = render(request, "policies/admin/version_text.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response
