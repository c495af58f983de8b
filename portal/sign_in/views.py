"""The screens of sign-in that allauth does not have."""

from typing import Any

import requests
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.models import User
from portal.accounts.requests import StaffRequest
from portal.audit.recording import record
from portal.sign_in.second_factor import has_second_factor, needs_second_factor
from portal.sign_in.single_sign_on import no_sign_on

# What a provider that is down, slow or no provider at all makes allauth raise.
PROVIDER_FAULTS = (requests.RequestException, KeyError, TypeError, ValueError)


@never_cache
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return ask_provider(OAuth2LoginView, request, provider_id)


@never_cache
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return ask_provider(OAuth2CallbackView, request, provider_id)


def ask_provider(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """Allauth's view; a provider that fails is told as such, and never with a 500."""
    if not settings.SSO_ISSUER or provider_id != "staff":
        raise Http404("There is no such single sign-on.")
    try:
        adapter = OpenIDConnectOAuth2Adapter(request, provider_id)
        response: HttpResponse = view.adapter_view(adapter)(request)
    except PROVIDER_FAULTS as error:
        record("sign_in.sso_refused", reason=type(error).__name__)
        return no_sign_on(request, status=503)
    return response


@never_cache
@login_required
@require_safe
def security(request: StaffRequest) -> HttpResponse:
    """How the person signs in, and where to change it."""
    context = {
        "needs_second_factor": needs_second_factor(request.user),
        "has_second_factor": has_second_factor(request.user),
        "has_password": request.user.has_usable_password(),
        "hours": settings.STAFF_SESSION_HOURS,
        "minutes": settings.STAFF_SESSION_IDLE_MINUTES,
    }
    return render(request, "sign_in/security.html", context)


@login_required
@require_POST
def sign_out_everywhere(request: StaffRequest) -> HttpResponse:
    """End every session of the person but this one, and forget all known browsers."""
    end_other_sessions(request, request.user)
    record("sign_in.ended_everywhere", subject=request.user)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("sign_in_security")


def end_other_sessions(request: HttpRequest, user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, user)
