"""The screens of sign-in that allauth does not have."""

import logging
from typing import Any

import requests
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
)
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.freshness import is_recent
from portal.accounts.models import User
from portal.accounts.requests import StaffRequest
from portal.audit.recording import record
from portal.sign_in.openid import ProviderFault, StaffOpenIDAdapter
from portal.sign_in.second_factor import has_second_factor, needs_second_factor
from portal.sign_in.single_sign_on import no_sign_on

logger = logging.getLogger(__name__)

# What a provider that is down, slow or no provider at all makes allauth raise.
PROVIDER_FAULTS = (
    requests.RequestException,
    ProviderFault,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


@never_cache
def sso_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A page that leads on, and no redirect: our policy lets forms end here only."""
    response = ask_provider(OAuth2LoginView, request, provider_id)
    if response.status_code != 302:
        return response
    context = {"name": settings.SSO_NAME, "url": response["Location"]}
    return render(request, "sign_in/to_provider.html", context)


@never_cache
def sso_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return ask_provider(OAuth2CallbackView, request, provider_id)


def ask_provider(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """Allauth's view; a provider that fails is told as such, and never with a 500."""
    if not settings.SSO_ISSUER or provider_id != "staff":
        raise Http404("There is no such single sign-on.")
    try:
        adapter = StaffOpenIDAdapter(request, provider_id)
        response: HttpResponse = view.adapter_view(adapter)(request)
    except PROVIDER_FAULTS as error:
        logger.warning("Single sign-on failed.", exc_info=True)
        record("sign_in.sso_refused", reason=type(error).__name__)
        return no_sign_on(request, status=503)
    return response


@never_cache
@login_required
@require_safe
def carry_on(request: StaffRequest) -> HttpResponse:
    """What waited for a fresh proof by the provider goes on, in one transaction."""
    if not is_recent(request):
        messages.error(
            request,
            f"{capfirst(settings.SSO_NAME)} did not ask you to sign in again, so "
            "nothing was sent.",
        )
        return redirect("sign_in_security")
    with transaction.atomic():
        response: HttpResponse | None = resume_request(request)
    return response or redirect("wagtailadmin_home")


@never_cache
@login_required
@require_safe
def security(request: StaffRequest) -> HttpResponse:
    """How the person signs in, and where to change it."""
    context = {
        "needs_second_factor": needs_second_factor(request.user),
        "second_factor_is_required": settings.REQUIRE_SECOND_FACTOR,
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
