"""Staff screens: which notices there were, what differs, and the next one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.consent.declaration import Content, draft_content
from portal.consent.differences import changed_groups, differences
from portal.consent.models import CookieNotice
from portal.consent.publishing import (
    AskAgain,
    draft_hash,
    publish_notice,
    reasons_not_to_publish,
)
from portal.consent.staff_forms import PublishForm
from portal.consent.views.access import EITHER, MANAGER, require
from portal.evidence.canonical import canonical_bytes
from portal.refusals import Refusal

VIEW, PUBLISH = "consent.view_cookienotice", "consent.publish_cookienotice"
PER_PAGE = 50
EMPTY: Content = {"groups": [], "wording": {}}


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Who published which notice when, and whether a draft waits."""
    require(request, VIEW, EITHER)
    found = CookieNotice.objects.select_related("published_by").defer("content")
    latest = CookieNotice.objects.first()
    context = {
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("p")),
        "latest": latest,
        "waiting": differences(latest.content if latest else EMPTY, draft_content()),
        "may_publish": request.user.has_perm(PUBLISH),
    }
    return render(request, "consent/staff/notices.html", context)


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """One notice: what visitors were told, and what was new about it."""
    require(request, VIEW, EITHER)
    shown = get_object_or_404(CookieNotice, number=number)
    before = CookieNotice.objects.filter(number=number - 1).first()
    context = {
        "notice": shown,
        "differences": differences(before.content if before else EMPTY, shown.content),
    }
    return render(request, "consent/staff/notice.html", context)


@require_safe
def notice_json(request: HttpRequest, number: int) -> HttpResponse:
    """The very bytes whose hash the notice carries."""
    require(request, VIEW, EITHER)
    content = CookieNotice.objects.filter(number=number).values_list("content").first()
    if content is None:
        raise Http404("There is no such notice.")
    name = f'attachment; filename="cookie-notice-{number}.json"'
    return HttpResponse(
        canonical_bytes(content[0]),
        content_type="application/json",
        headers={"Content-Disposition": name, "Cache-Control": "private, no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Look at the differences, say why, tick who is asked again."""
    require(request, PUBLISH, MANAGER)
    latest = CookieNotice.objects.first()
    published = latest.content if latest else EMPTY
    draft = draft_content()
    changed = changed_groups(published, draft)
    initial = {"ask_again": changed, "seen_hash": draft_hash(draft, latest)}
    groups = [
        (row["varname"], row["name"])
        for row in draft["groups"]
        if not row["is_required"]
    ]
    form = PublishForm(groups, data=request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = publish_notice(
                    by=request.user,
                    change_note=form.cleaned_data["change_note"],
                    seen_hash=form.cleaned_data["seen_hash"],
                    ask_again=AskAgain(
                        form.cleaned_data["ask_again"],
                        form.cleaned_data["ask_refusers"],
                    ),
                )
            except Refusal as refusal:
                form.look_again(draft_hash(draft, latest), refusal.reasons)
            else:
                messages.success(request, f"{made} is published.")
                return redirect("cookie-notices:index")
        status = 422
    context = {
        "form": form,
        "differences": differences(published, draft),
        "changed": changed,
        "reasons": reasons_not_to_publish(draft, latest, AskAgain(["any"])),
        "latest": latest,
    }
    return render(request, "consent/staff/publish.html", context, status=status)
