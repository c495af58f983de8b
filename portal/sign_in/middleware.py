"""What a session of staff must keep to, at each request."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.accounts.models import User
from portal.sign_in.second_factor import (
    has_second_factor,
    needs_second_factor,
    was_shown,
)

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Asked by a page that lies open, whether or not somebody sits before it.
NO_SIGN_OF_LIFE = ("/admin/editing-sessions/",)
# The session is written once a minute, not at every click.
SEEN_STEP_SECONDS = 60
STAFF_GROUND = ("/admin/", "/django-admin/")


class StaffSessionMiddleware:
    """Ends sessions that are old or idle, and asks for the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Public pages look at no session: the same bytes for everybody.
        if not request.path.startswith((*STAFF_GROUND, "/staff/")):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self.get_response(request)
        if why := over(request):
            return end(request, why)
        if (
            settings.REQUIRE_SECOND_FACTOR
            and request.path.startswith(STAFF_GROUND)
            and request.path != reverse("wagtailadmin_logout")
        ):
            gate = second_factor_gate(request, request.user)
            if gate is not None:
                return gate
        return self.get_response(request)


def over(request: HttpRequest) -> str:
    """Why the session is over, in words; empty while it is not."""
    now = time.time()
    session = request.session
    signed_in_at = session.setdefault(SIGNED_IN_AT, now)
    seen_at = session.setdefault(SEEN_AT, now)
    hours, minutes = settings.STAFF_SESSION_HOURS, settings.STAFF_SESSION_IDLE_MINUTES
    if now - signed_in_at > hours * 60 * 60:
        return f"You were signed out: a session lasts {hours} hours at most."
    if now - seen_at > minutes * 60:
        return f"You were signed out after {minutes} minutes without activity."
    is_alive = not request.path.startswith(NO_SIGN_OF_LIFE)
    if is_alive and now - seen_at > SEEN_STEP_SECONDS:
        session[SEEN_AT] = now
    return ""


def end(request: HttpRequest, why: str) -> HttpResponse:
    """Sign out, say why, and lead back to the same place."""
    is_form = request.method not in {"GET", "HEAD", "OPTIONS"}
    logout(request)
    is_in_background = wants_json(request)
    if is_form and not is_in_background:
        return render(request, "sign_in/session_over.html", {"why": why}, status=403)
    # Whatever this person opens next says it.
    messages.warning(request, why)
    if is_in_background:
        return JsonResponse({"success": False, "error_message": why}, status=403)
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


def second_factor_gate(request: HttpRequest, user: User) -> HttpResponse | None:
    """None when this session may go on."""
    if not needs_second_factor(user) or was_shown(request, user):
        return None
    if wants_json(request):
        why = "Show your second factor first: open the dashboard in this browser."
        return JsonResponse({"success": False, "error_message": why}, status=403)
    back = request.get_full_path() if request.method == "GET" else "/admin/"
    if has_second_factor(user):
        return redirect_to_login(back, reverse("mfa_reauthenticate"))
    messages.info(
        request, "Your roles need a second factor. Set it up here, it takes a minute."
    )
    return redirect("mfa_activate_totp")


def wants_json(request: HttpRequest) -> bool:
    return (
        "application/json" in request.headers.get("Accept", "")
        or request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or request.path.startswith(NO_SIGN_OF_LIFE)
    )
