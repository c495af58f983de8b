"""Who held which role on a day."""

import datetime
from collections.abc import Iterator

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts.forms import DayForm
from portal.accounts.people import holders_on, may_administer
from portal.accounts.requests import StaffRequest
from portal.accounts.roles import ACCESS_ADMINISTRATOR, GOVERNANCE_LEAD
from portal.audit.recording import record
from portal.exports import FORMATS, Row, Table, download
from portal.refusals import Refusal

COLUMNS = ["Role", "Person", "User name", "Since", "Given by", "Reason"]


def require_interest(request: StaffRequest) -> None:
    user = request.user
    if not may_administer(user) and not user.has_role(GOVERNANCE_LEAD.name):
        raise Refusal(
            f"This is for people with the role {ACCESS_ADMINISTRATOR.name} or "
            f"{GOVERNANCE_LEAD.name}."
        )


def end_of(day: datetime.date) -> datetime.datetime:
    following = day + datetime.timedelta(days=1)
    midnight = datetime.datetime.combine(following, datetime.time.min)
    return timezone.make_aware(midnight)


@require_safe
def roles_held(request: StaffRequest) -> HttpResponse:
    """Today, or the day that is asked for."""
    require_interest(request)
    form = DayForm(request.GET or {"on": timezone.localdate().isoformat()})
    day = (form.cleaned_data["on"] or timezone.localdate()) if form.is_valid() else None
    context = {
        "page_title": "Who held which role",
        "form": form,
        "day": day,
        "grants": holders_on(end_of(day)) if day else [],
        "formats": FORMATS if day else [],
    }
    status = 200 if day else 422
    return render(request, "accounts/roles_held.html", context, status=status)


@require_safe
def export_roles_held(request: StaffRequest, file_format: str) -> FileResponse:
    require_interest(request)
    form = DayForm(request.GET)
    if file_format not in FORMATS or not form.is_valid():
        raise Http404("There is no such export.")
    day = form.cleaned_data["on"] or timezone.localdate()

    def rows() -> Iterator[Row]:
        for grant in holders_on(end_of(day)):
            yield [
                grant.role,
                grant.user,
                grant.user.username,
                grant.granted_at,
                grant.granted_by or "The portal",
                grant.reason,
            ]

    name = f"roles-{day.isoformat()}.{file_format}"
    record("governance.exported", name=name)
    table = Table("Roles held", COLUMNS, rows)
    return download(name, lambda file: FORMATS[file_format](file, table))
