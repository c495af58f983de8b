"""Where signals enter sign-in: the record, the stamps on a session, the mails."""

import time
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, password_reset
from allauth.account.signals import user_logged_in as signed_in_by_allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from portal.accounts.credentials import record_credential_change
from portal.accounts.freshness import AUTHENTICATED_AT
from portal.accounts.models import CredentialKind, User
from portal.audit.recording import record
from portal.sign_in import devices, guards, mail_tasks, single_sign_on, throttle
from portal.sign_in.middleware import SEEN_AT, SIGNED_IN_AT
from portal.sign_in.views import end_other_sessions


@receiver(user_logged_in, dispatch_uid="sign_in.signed_in")
def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    now = time.time()
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now
    request.session[AUTHENTICATED_AT] = now
    record("sign_in.signed_in", subject=user, actor=user)
    if user.is_superuser:
        entry = record("sign_in.break_glass", subject=user, actor=user)
        mail_tasks.tell_break_glass(entry.pk)
    if not devices.device_of(request, user):
        mail_tasks.send_security_notice.enqueue(user.pk, "new_device")


@receiver(signed_in_by_allauth, dispatch_uid="sign_in.signed_on")
def note_sign_on(request: HttpRequest, sociallogin: Any = None, **kwargs: Any) -> None:
    """After `note_sign_in`, when the provider of single sign-on let somebody in."""
    if sociallogin is not None:
        single_sign_on.note_proof(request, single_sign_on.claims_of(sociallogin))


@receiver(authentication_step_completed, dispatch_uid="sign_in.proved")
def note_proof(request: HttpRequest, **kwargs: Any) -> None:
    request.session[AUTHENTICATED_AT] = time.time()


@receiver(user_logged_out, dispatch_uid="sign_in.signed_out")
def note_sign_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record("sign_in.signed_out", subject=user, actor=user)


@receiver(authenticator_added, dispatch_uid="sign_in.factor_added")
@receiver(authenticator_removed, dispatch_uid="sign_in.factor_removed")
@receiver(authenticator_reset, dispatch_uid="sign_in.factor_reset")
def note_second_factor(
    signal: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any
) -> None:
    """Other sessions end: whoever had taken one over does not stay."""
    is_gone = signal is authenticator_removed
    record(
        f"sign_in.second_factor_{'removed' if is_gone else 'added'}",
        subject=user,
        after={"kind": str(authenticator.type)},
    )
    record_credential_change(user, CredentialKind.SECOND_FACTOR, by=user)
    mail_tasks.send_security_notice.enqueue(user.pk, "second_factor")
    end_other_sessions(request, user)


@receiver([pre_save, pre_delete], sender=Authenticator, dispatch_uid="sign_in.factors")
@receiver([pre_save, pre_delete], sender=EmailAddress, dispatch_uid="sign_in.addresses")
@receiver([pre_save, pre_delete], sender=SocialAccount, dispatch_uid="sign_in.links")
def guard_proof(instance: Any, **kwargs: Any) -> None:
    guards.guard_own_proof(instance.user_id)


@receiver(authentication_failed, dispatch_uid="sign_in.factor_failed")
def note_wrong_code(user: User, **kwargs: Any) -> None:
    record("sign_in.refused", subject=user, reason="Wrong second factor")


@receiver(password_reset, dispatch_uid="sign_in.password_reset")
def note_new_password(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password by mail opens a name that guesses elsewhere had closed."""
    throttle.open_name(user.pk)
    mail_tasks.send_security_notice.enqueue(user.pk, "password")
