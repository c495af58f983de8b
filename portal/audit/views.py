"""The screens of the audit log."""

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.audit.chain import verify
from portal.audit.models import AuditEntry, AuditHead
from portal.audit.recording import record
from portal.audit.report import AuditFilterForm, entries, table, words
from portal.exports import FORMATS, download
from portal.refusals import Refusal

AUDITOR = "Governance lead"
ENTRIES_PER_PAGE = 50
FAULTS_SHOWN = 200


def may_audit(user: Any) -> bool:
    """Governance leads; system administrators read along."""
    return user.is_active and (user.is_superuser or user.has_role(AUDITOR))


def require_auditor(request: HttpRequest) -> None:
    if not may_audit(request.user):
        raise Refusal(f"This is for people with the role {AUDITOR}.")


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did what, when, from which request."""
    require_auditor(request)
    return screen(request)


def screen(request: HttpRequest, **more: Any) -> HttpResponse:
    form = AuditFilterForm(request.GET)
    is_valid = form.is_valid()
    found = entries(form.cleaned_data) if is_valid else AuditEntry.objects.none()
    page = Paginator(found, ENTRIES_PER_PAGE).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "page_title": "Audit log",
        "form": form,
        "page_obj": page,
        "rows": [
            {"entry": row, "before": words(row.before), "after": words(row.after)}
            for row in page
        ],
        "query": query.urlencode(),
        "head": AuditHead.objects.filter(pk=1).first(),
        "formats": FORMATS,
        **more,
    }
    return render(request, "audit/log.html", context, status=200 if is_valid else 422)


@require_safe
def export_audit_log(request: HttpRequest, file_format: str) -> FileResponse:
    """The entries that the filter names, as a file."""
    require_auditor(request)
    form = AuditFilterForm(request.GET)
    if file_format not in FORMATS or not form.is_valid():
        raise Http404("There is no such export.")
    name = f"audit-{timezone.localdate().isoformat()}.{file_format}"
    record("audit.exported", name=name)
    return download(
        name, lambda file: FORMATS[file_format](file, table(form.cleaned_data))
    )


@transaction.non_atomic_requests
@require_POST
def verify_audit_log(request: HttpRequest) -> HttpResponse:
    """Read the whole chain now; outside a transaction, so that nobody waits for it."""
    require_auditor(request)
    faults = list(verify())
    record("audit.verified", after={"faults": len(faults)})
    return screen(
        request,
        verified_at=timezone.now(),
        fault_count=len(faults),
        faults=faults[:FAULTS_SHOWN],
    )
