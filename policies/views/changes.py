"""The list of all changes, for staff."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from policies.access import require_reader
from policies.dashboard import recent_changes
from policies.models import ChangeStatus
from portal.accounts.requests import StaffRequest

CHANGES_PER_PAGE = 50


@require_safe
def change_list(request: StaffRequest) -> HttpResponse:
    """Changes, newest first; all, or those of one status."""
    require_reader(request)
    changes = recent_changes()
    chosen = request.GET.get("status", "")
    if chosen in ChangeStatus.values:
        changes = changes.filter(status=chosen)
    context = {
        "page_title": "Policy changes",
        "page_obj": Paginator(changes, CHANGES_PER_PAGE).get_page(request.GET.get("p")),
        "statuses": ChangeStatus.choices,
        "chosen": chosen,
    }
    return TemplateResponse(request, "policies/admin/changes.html", context)
