"""Where the portal's rules enter allauth."""

import base64
import logging
from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from requests import RequestException

from portal.accounts.freshness import is_recent
from portal.accounts.models import User
from portal.audit.recording import record
from portal.rate_limits import Counter, count, exceeded
from portal.sign_in import devices, throttle
from portal.sign_in.single_sign_on import accept, no_sign_on

logger = logging.getLogger(__name__)

TOO_MANY = (
    "Too many wrong attempts. Wait 15 minutes, or ask for a new password by e-mail. "
    "Nobody else is affected."
)


class StaffAccountAdapter(DefaultAccountAdapter):
    """Passwords: counted by name and network, and the same answer for every failure."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # Of second factors, which a new password does not replace.
        "too_many_login_attempts": "Too many wrong attempts. Wait 15 minutes.",
        "username_password_mismatch": "The name or the password is not right.",
        "email_password_mismatch": "The name or the password is not right.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def counters(
        self, request: HttpRequest, credentials: dict[str, Any]
    ) -> tuple[User | None, list[Counter]]:
        """Whose name was typed, if anybody's, and what an attempt counts for.

        One person's user name and address are one name.
        """
        typed = credentials.get("username") or credentials.get("email") or ""
        name = throttle.folded(typed)
        user = User.objects.filter(
            Q(username__iexact=name) | Q(email__iexact=name, email__gt="")
        ).first()
        found = throttle.counters(
            name=f"person {user.pk}" if user else f"typed {name}",
            address=self.get_client_ip(request),
            device=devices.device_of(request, user),
        )
        return user, found

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        _user, found = self.counters(request, credentials)
        if exceeded(found):
            raise ValidationError(TOO_MANY, code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            return None
        if not user.is_active:
            # The same answer as for a wrong password.
            self.authentication_failed(request, **credentials)
            return None
        throttle.forgive(self.counters(request, credentials)[1])
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user, found = self.counters(request, credentials)
        used_up = count(found)
        record("sign_in.refused", subject=user, name="" if user else "No such account")
        if used_up:
            limits = ", ".join(limit.name for limit in used_up)
            record("sign_in.locked", subject=user, after={"limits": limits})

    def post_login(
        self, request: HttpRequest, user: Any, **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not is_recent(context.request)

    def get_reauthentication_methods(self, user: Any) -> Sequence[dict[str, Any]]:
        """Who has neither password nor second factor here proves it where both are."""
        methods: Sequence[dict[str, Any]] = super().get_reauthentication_methods(user)
        if methods or not settings.SSO_ISSUER:
            return methods
        return [
            {
                "id": "sso",
                "description": f"Sign in with {settings.SSO_NAME}",
                "url": reverse("openid_connect_login", args=["staff"]),
            }
        ]


class StaffSecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted; their key is not in the database."""

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValidationError(
                "Your second factor can no longer be read. Ask an access administrator."
            ) from error


def box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(key_from(secret)) for secret in secrets])


def key_from(secret: str | bytes) -> bytes:
    digest = salted_hmac(
        "portal.sign_in.second_factor", "key", secret=secret, algorithm="sha256"
    )
    return base64.urlsafe_b64encode(digest.digest())


class StaffSingleSignOnAdapter(DefaultSocialAccountAdapter):
    """The organisation's directory says who somebody is; it makes no accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        accept(request, sociallogin)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            return
        is_down = isinstance(exception, RequestException)
        logger.warning("Single sign-on refused: %s", exception or error)
        record("sign_in.sso_refused", reason=type(exception or error).__name__)
        status = 503 if is_down else 403
        raise ImmediateHttpResponse(no_sign_on(request, status=status))
