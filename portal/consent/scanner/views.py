"""The scanner's last findings in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.consent.scanner.models import ScanRun
from portal.refusals import Refusal

RUNS_SHOWN = 20


def may_see(user: Any) -> bool:
    return user.has_perm("consent.view_scanrun")


@require_safe
def findings(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The last run, or an earlier one; the command line starts a new one."""
    if not may_see(request.user):
        raise Refusal("None of your roles shows you the findings of the scanner.")
    runs = list(ScanRun.objects.all()[:RUNS_SHOWN])
    run = get_object_or_404(ScanRun, pk=pk) if pk else next(iter(runs), None)
    context = {"page_title": "Cookie scanner", "runs": runs, "run": run}
    return render(request, "consent/admin/scan.html", context)
