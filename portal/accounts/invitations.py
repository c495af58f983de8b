"""The link by which an invited person sets the first password: once, and in time."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from portal.accounts.models import User


class InvitationTokens(PasswordResetTokenGenerator):
    """Django's tokens: spent by the first password, old after some days."""

    key_salt = "portal.accounts.invitations"


tokens = InvitationTokens()


def invitation_path(person: User) -> str:
    key = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("staff_invitation", args=[key, tokens.make_token(person)])


def invited_person(key: str, token: str) -> User | None:
    """The person whose link this is; None for a spent, old or invented one."""
    try:
        pk = int(force_str(urlsafe_base64_decode(key)))
    except (ValueError, UnicodeDecodeError):
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None or person.has_usable_password():
        return None
    return person if tokens.check_token(person, token) else None
