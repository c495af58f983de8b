"""Who has to show a second factor, and whether this session did."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from portal.accounts.models import User
from portal.accounts.roles import WITHOUT_SECOND_FACTOR
from portal.sign_in.single_sign_on import SECOND_FACTOR

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def needs_second_factor(user: User) -> bool:
    """Everybody whose roles can change or approve something; staff without a role too,
    or somebody could be given one in a session that never showed it."""
    roles = user.role_names
    return user.is_superuser or not roles or bool(roles - WITHOUT_SECOND_FACTOR)


def has_second_factor(user: User) -> bool:
    return bool(is_mfa_enabled(user, KINDS))


def was_shown(request: HttpRequest, user: User) -> bool:
    """Whether a second factor was shown in this session, here or at the provider."""
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    methods = {record["method"] for record in records}
    by_provider = "socialaccount" in methods and request.session.get(SECOND_FACTOR)
    return "mfa" in methods or bool(by_provider)
