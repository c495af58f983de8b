"""The screens of governance: versions, rescission, the ledger, exports, evidence."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from wagtail.models import Page

from policies import evidence_pack, exports, ledger, reports
from policies.access import require_reader
from policies.differences import differences
from policies.emergency import is_unresolved, reasons_not_to_judge
from policies.governance_forms import ASK, CONFIRM, EvidenceForm, RescissionForm
from policies.models import (
    LedgerEntry,
    PolicyPage,
    PolicyVersion,
    Rescission,
    RescissionRequest,
)
from policies.rescission import reasons_not_to_rescind, rescind
from policies.stages import GOVERNANCE_LEAD
from portal.accounts.requests import StaffRequest
from portal.audit.recording import record
from portal.exports import FORMATS, download
from portal.refusals import Refusal

VERSIONS_PER_PAGE = 25
DECISIONS_SHOWN = 20
FAULTS_SHOWN = 200


def may_govern(user: Any) -> bool:
    """Governance leads; system administrators read along."""
    return user.is_active and (user.is_superuser or user.has_role(GOVERNANCE_LEAD))


def require_governance(request: StaffRequest) -> None:
    """A refusal, because Wagtail turns PermissionDenied into a redirect."""
    if not may_govern(request.user):
        raise Refusal(f"This is for people with the role {GOVERNANCE_LEAD}.")


@require_safe
def versions(request: StaffRequest, page_pk: int) -> HttpResponse:
    """Every version of a policy, also those that readers do not see."""
    require_reader(request)
    policy = get_object_or_404(PolicyPage, pk=page_pk)
    found = (
        policy.versions.without_content()
        .select_related("change", "rescission", "published_by")
        .defer("change__content")
        .prefetch_related("entries")
        .order_by("-number")
    )
    page_obj = Paginator(found, VERSIONS_PER_PAGE).get_page(request.GET.get("p"))
    current = policy.versions.in_force().values_list("pk", flat=True).first()
    context = {
        "page_title": f"Versions of {policy.reference}",
        "policy": policy,
        "page_obj": page_obj,
        "rows": [version_row(version, current, request.user) for version in page_obj],
        "may_govern": may_govern(request.user),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "policies/admin/versions.html", context)


def version_row(
    version: PolicyVersion, current: int | None, user: Any
) -> dict[str, Any]:
    """A version, what it is today, and what this person may do with it, or why not."""
    is_scheduled = version.effective_from > timezone.now()
    rescission = getattr(version, "rescission", None)
    if rescission:
        state = "Rescinded"
    elif is_scheduled:
        state = "Scheduled"
    else:
        state = "In force" if version.pk == current else "No longer in force"
    waits = is_scheduled and rescission is None
    row = {
        "version": version,
        "state": state,
        "rescission": rescission,
        "entries": [entry.sequence for entry in version.entries.all()],
        "is_public": not is_scheduled and rescission is None,
        "can_be_rescinded": waits,
        "can_be_judged": is_unresolved(version),
    }
    if waits:
        row["reasons_not_to_rescind"] = reasons_not_to_rescind(version, user)
    if row["can_be_judged"]:
        row["reasons_not_to_judge"] = reasons_not_to_judge(version, user)
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def rescind_version(request: StaffRequest, pk: int) -> HttpResponse:
    """The first person asks, the second confirms."""
    require_reader(request)
    version = get_object_or_404(PolicyVersion, pk=pk)
    if request.method == "POST":
        return rescind_posted(request, version)
    asked = RescissionRequest.objects.filter(version=version).first()
    form = RescissionForm(
        initial={"step": CONFIRM if asked else ASK},
        asked_reason=asked.reason if asked else "",
    )
    return rescission_screen(request, version, form)


@transaction.atomic
def rescind_posted(request: StaffRequest, version: PolicyVersion) -> HttpResponse:
    """Locked, so that nobody confirms a request that was not on the screen."""
    Page.objects.select_for_update().get(pk=version.policy_id)
    asked = RescissionRequest.objects.filter(version=version).first()
    form = RescissionForm(
        request.POST,
        asked_reason=asked.reason
        if asked and request.POST.get("step") == CONFIRM
        else "",
    )
    if not form.is_valid():
        return rescission_screen(request, version, form, status=422)
    if form.cleaned_data["step"] == ASK and asked:
        form.add_error(
            None,
            f"{asked.requested_by} has asked for this in the meantime. Open this "
            "screen again to read the reason and to confirm.",
        )
        return rescission_screen(request, version, form, status=403)
    try:
        result = rescind(
            version=version, person=request.user, reason=form.cleaned_data["reason"]
        )
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return rescission_screen(request, version, form, status=403)
    messages.success(request, what_rescission_did(version, result))
    return redirect("policy_versions", version.policy_id)


def what_rescission_did(
    version: PolicyVersion, result: RescissionRequest | Rescission
) -> str:
    if isinstance(result, Rescission):
        return f"Version {version.label} is rescinded and will not take effect."
    return "Your request is on record. A second person has to confirm it."


def rescission_screen(
    request: StaffRequest,
    version: PolicyVersion,
    form: RescissionForm,
    status: int = 200,
) -> HttpResponse:
    in_force = PolicyVersion.objects.in_force().filter(policy=version.policy_id).first()
    context = {
        "page_title": f"Rescind {version}",
        "version": version,
        "asked": RescissionRequest.objects.filter(version=version).first(),
        "form": form,
        "reasons": reasons_not_to_rescind(version, request.user),
        "is_first": in_force is None,
        "differences": differences(
            in_force.content if in_force else None, version.content
        ),
    }
    return render(request, "policies/admin/rescind.html", context, status=status)


@require_safe
def ledger_overview(request: StaffRequest) -> HttpResponse:
    """The record as a whole: how large, what waits, what is due."""
    require_governance(request)
    return render(request, "policies/admin/ledger.html", ledger_context())


@transaction.non_atomic_requests
@require_POST
def verify_ledger(request: StaffRequest) -> HttpResponse:
    """Read the whole chain now; outside a transaction, so that nobody waits for it."""
    require_governance(request)
    faults = list(ledger.verify())
    record("governance.ledger_verified", after={"faults": len(faults)})
    context = {
        **ledger_context(),
        "verified_at": timezone.now(),
        "entry_count": LedgerEntry.objects.count(),
        "fault_count": len(faults),
        "faults": faults[:FAULTS_SHOWN],
    }
    return render(request, "policies/admin/ledger.html", context)


def ledger_context() -> dict[str, Any]:
    return {
        "page_title": "Ledger",
        "counts": reports.counts(),
        "emergencies": reports.unratified_emergencies(),
        "scheduled": reports.scheduled_versions(),
        "reviews_due": reports.reviews_due(),
        "open_changes": reports.open_changes(),
        "decisions": reports.recent_decisions(DECISIONS_SHOWN),
        "tables": exports.TABLES,
        "formats": FORMATS,
        "evidence_form": EvidenceForm(),
        "now": timezone.now(),
    }


@require_safe
def export(request: StaffRequest, table: str, file_format: str) -> FileResponse:
    """One table of the record as a file."""
    require_governance(request)
    if table not in exports.TABLES or file_format not in FORMATS:
        raise Http404(f"There is no export {table}.{file_format}.")
    name = f"{table}-{timezone.localdate().isoformat()}.{file_format}"
    record("governance.exported", name=name)
    write = FORMATS[file_format]
    return download(name, lambda file: write(file, exports.TABLES[table]))


@require_safe
def evidence(request: StaffRequest) -> HttpResponse:
    """Ask for the evidence of a policy on a day."""
    require_governance(request)
    form = EvidenceForm(request.GET or None)
    context: dict[str, Any] = {"page_title": "Evidence pack", "form": form}
    if form.is_bound and form.is_valid():
        policy, day = form.cleaned_data["reference"], form.cleaned_data["on"]
        for reason in evidence_pack.reasons_against_day(policy, day):
            form.add_error("on", reason)
        if form.is_valid():
            found = evidence_pack.versions_on(policy, day)
            if len(found) == 1:
                return redirect("policy_evidence_of_version", found[0].pk)
            context.update(versions=found, day=day)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "policies/admin/evidence.html", context, status=status)


@require_safe
def evidence_of_version(request: StaffRequest, pk: int) -> FileResponse:
    """The evidence pack of a version that is or was in force."""
    require_governance(request)
    version = get_object_or_404(PolicyVersion.objects.effective(), pk=pk)
    record("governance.evidence_exported", subject=version)
    return download(
        evidence_pack.pack_name(version),
        lambda file: evidence_pack.write_pack(file, version, request.user),
    )
