"""Single sign-on with OpenID Connect: whom a directory's word lets in, as what.

The provider is trusted with who somebody is and which groups he or she is in. It makes
no account, links none of a system administrator, and gives roles only as
`SSO_GROUP_ROLES` says.
"""

import logging
import secrets
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare

from portal.accounts.grants import because
from portal.accounts.models import User
from portal.accounts.people import groups_named
from portal.accounts.roles import faults_of_combination
from portal.audit.recording import record

logger = logging.getLogger(__name__)

NONCE = "sso_nonce"
SECOND_FACTOR = "sso_second_factor"
BY_DIRECTORY = "Groups of the organisation's directory, at sign-in"


class StaffOpenIDProvider(OpenIDConnectProvider):
    """OpenID Connect with a nonce; nothing of the request reaches the provider."""

    def get_auth_params_from_request(
        self, request: HttpRequest, action: Any
    ) -> dict[str, str]:
        request.session[NONCE] = secrets.token_urlsafe(24)
        params: dict[str, str] = self.get_auth_params()
        if request.user.is_authenticated:
            params["prompt"] = "login"  # This proves presence once more.
        return {**params, "nonce": request.session[NONCE]}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        scope: list[str] = self.get_scope()
        return scope

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        """Only with an ID token for this very sign-in, of the issuer we know."""
        claims = response.get("id_token")
        if not isinstance(claims, dict) or not claims.get("sub"):
            raise OAuth2Error("The provider sent no ID token.")
        expected = request.session.pop(NONCE, "")
        if not expected or not constant_time_compare(
            str(claims.get("nonce", "")), expected
        ):
            raise OAuth2Error("The nonce of the ID token is not ours.")
        if str(claims.get("iss", "")).rstrip("/") != settings.SSO_ISSUER.rstrip("/"):
            raise OAuth2Error("The issuer of the ID token is not ours.")
        return super().sociallogin_from_response(request, response)


def accept(request: HttpRequest, sociallogin: Any) -> None:
    """Match the person, or refuse; then make roles equal to the groups."""
    claims = sociallogin.account.extra_data.get("id_token") or {}
    user = sociallogin.user if sociallogin.is_existing else find_invited(claims)
    if user is None or not user.is_active or user.is_superuser:
        record("sign_in.sso_refused", subject=user, reason="No account for this person")
        raise ImmediateHttpResponse(no_sign_on(request, status=403, is_unknown=True))
    if not sociallogin.is_existing:
        sociallogin.connect(request, user)
    synchronise_roles(user, groups_in(claims))
    request.session[SECOND_FACTOR] = "mfa" in (claims.get("amr") or [])


def find_invited(claims: dict[str, Any]) -> User | None:
    """The account with the person's verified address, unless it is linked already."""
    email = str(claims.get("email") or "")
    is_verified = claims.get("email_verified") is True or settings.SSO_EMAIL_IS_VERIFIED
    if not email or not is_verified:
        return None
    user = User.objects.filter(email__iexact=email).first()
    is_linked = SocialAccount.objects.filter(user=user).exists()
    return None if is_linked else user


def groups_in(claims: dict[str, Any]) -> set[str]:
    groups = claims.get(settings.SSO_GROUPS_CLAIM) or []
    return {str(group) for group in groups} if isinstance(groups, list) else set()


@transaction.atomic
def synchronise_roles(user: User, groups: set[str]) -> None:
    """Give the roles of the groups, and take those that no group gives any more.

    Roles that the mapping does not name are left to the access administrators. Groups
    without a role are logged, not refused: people are in many.
    """
    mapping = settings.SSO_GROUP_ROLES
    if not mapping:
        return
    unmapped = sorted(groups - mapping.keys())
    if unmapped:
        logger.info("Single sign-on: %s groups have no role here.", len(unmapped))
    given = {mapping[group] for group in groups & mapping.keys()}
    held = set(user.groups.values_list("name", flat=True))
    wanted = (held - set(mapping.values())) | given
    faults = faults_of_combination(wanted)
    if faults:
        logger.error("Single sign-on changed no roles: %s", " ".join(faults))
        record("sign_in.sso_refused", subject=user, reason=" ".join(faults))
        return
    if wanted != held:
        with because(BY_DIRECTORY):
            user.groups.set(groups_named(wanted))


def no_sign_on(
    request: HttpRequest, *, status: int, is_unknown: bool = False
) -> HttpResponse:
    """One page for everything that goes wrong on the way to the provider and back."""
    context = {
        "name": settings.SSO_NAME,
        "is_down": status == 503,
        "is_unknown": is_unknown,
        "with_password": settings.PASSWORD_SIGN_IN,
    }
    return render(request, "sign_in/no_sign_on.html", context, status=status)
