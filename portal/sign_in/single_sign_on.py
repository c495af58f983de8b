"""Single sign-on with OpenID Connect: whom a directory's word lets in, as what.

The provider is trusted with who somebody is and which groups he or she is in. It makes
no account, links none of a system administrator, and gives roles only as
`SSO_GROUP_ROLES` says.
"""

import logging
import time
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from portal.accounts.freshness import AUTHENTICATED_AT
from portal.accounts.grants import Hand, because
from portal.accounts.models import User
from portal.accounts.people import groups_named
from portal.accounts.roles import faults_of_combination
from portal.audit.recording import record

logger = logging.getLogger(__name__)

SECOND_FACTOR = "sso_second_factor"
BY_DIRECTORY = "Groups of the organisation's directory, at sign-in"


def accept(request: HttpRequest, sociallogin: Any) -> None:
    """Match the person, or refuse; then make roles equal to the groups."""
    claims = claims_of(sociallogin)
    user = sociallogin.user if sociallogin.is_existing else find_invited(claims)
    if user is None or not user.is_active or user.is_superuser:
        record("sign_in.sso_refused", subject=user, reason="No account for this person")
        raise ImmediateHttpResponse(no_sign_on(request, status=403, is_unknown=True))
    if not sociallogin.is_existing:
        sociallogin.connect(request, user)
    synchronise_roles(user, groups_in(claims))
    if request.user.is_authenticated and request.user.pk == user.pk:
        note_proof(request, claims)
        raise ImmediateHttpResponse(carry_on(sociallogin))


def claims_of(sociallogin: Any) -> dict[str, Any]:
    """The verified claims about the person; `portal.sign_in.openid` made sure."""
    claims: dict[str, Any] = sociallogin.account.extra_data.get("id_token") or {}
    return claims


def note_proof(request: HttpRequest, claims: dict[str, Any]) -> None:
    """Keep in the session what the provider saw, and when.

    A provider that lets somebody in on an old session of its own proves no presence:
    the sign-in is as fresh as the provider says.
    """
    methods = claims.get("amr")
    request.session[SECOND_FACTOR] = isinstance(methods, list) and "mfa" in methods
    at, told = time.time(), claims.get("auth_time")
    if isinstance(told, int | float):
        at = min(at, told)
    request.session[AUTHENTICATED_AT] = at


def carry_on(sociallogin: Any) -> HttpResponse:
    """To the form that waited for this proof, in the session that goes on."""
    where = sociallogin.get_redirect_url(None) or reverse("wagtailadmin_home")
    return redirect(f"{reverse('sign_in_carry_on')}?{urlencode({'next': where})}")


def find_invited(claims: dict[str, Any]) -> User | None:
    """The account with the person's verified address, unless it is linked already.

    A provider that calls the address unverified is believed whatever the settings say.
    """
    email = str(claims.get("email") or "")
    if claims.get("email_verified", settings.SSO_EMAIL_IS_VERIFIED) is not True:
        return None
    user = User.objects.filter(email__iexact=email, email__gt="").first()
    # The database folds more letters together than make one address.
    if user is None or user.email.casefold() != email.casefold():
        return None
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
        with because(BY_DIRECTORY, by=Hand.DIRECTORY):
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
