"""Refuses a deployment whose sign-in is weaker than the house allows."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from portal.accounts.roles import ROLES_BY_NAME

LONGEST_SESSION_HOURS = 12


@register(Tags.security, deploy=True)
def second_factor_is_required(**kwargs: Any) -> Iterator[CheckMessage]:
    if not settings.REQUIRE_SECOND_FACTOR:
        yield Error(
            "Staff can change and approve policies with a password alone.",
            hint="Set PORTAL_REQUIRE_MFA=yes, or leave it out: yes is the default.",
            id="sign_in.E001",
        )


@register(Tags.security)
def sessions_end(**kwargs: Any) -> Iterator[CheckMessage]:
    too_long = settings.STAFF_SESSION_HOURS > LONGEST_SESSION_HOURS
    if too_long or settings.STAFF_SESSION_IDLE_MINUTES > 30:
        yield Error(
            "Sessions of staff last too long.",
            hint="12 hours at most, and 30 minutes without activity.",
            id="sign_in.E002",
        )


@register(Tags.security)
def somebody_can_sign_in(**kwargs: Any) -> Iterator[CheckMessage]:
    if not settings.PASSWORD_SIGN_IN and not settings.SSO_ISSUER:
        yield Error(
            "Nobody can sign in: passwords are off and single sign-on is not set up.",
            hint="Set SSO_ISSUER, or PORTAL_PASSWORD_SIGN_IN=yes.",
            id="sign_in.E003",
        )


@register(Tags.security)
def groups_map_to_roles(**kwargs: Any) -> Iterator[CheckMessage]:
    unknown = sorted(set(settings.SSO_GROUP_ROLES.values()) - ROLES_BY_NAME.keys())
    if unknown:
        yield Error(
            f"SSO_GROUP_ROLES names roles that do not exist: {', '.join(unknown)}.",
            hint="docs/roles.md lists the roles.",
            id="sign_in.E004",
        )


@register(Tags.security, deploy=True)
def provider_is_reached_safely(**kwargs: Any) -> Iterator[CheckMessage]:
    if settings.SSO_ISSUER and not settings.SSO_ISSUER.startswith("https://"):
        yield Error(
            "The single sign-on provider is not reached through HTTPS.",
            hint="Set SSO_ISSUER to an https address.",
            id="sign_in.E005",
        )
