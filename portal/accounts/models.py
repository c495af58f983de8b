from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.evidence.models import AppendOnlyModel


class User(AbstractUser):
    """A member of staff. Visitors have no account.

    Accounts are deactivated, never deleted: decisions keep pointing at the person
    who took them.
    """

    email = models.EmailField("e-mail address", blank=True)
    session_epoch = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Counts how often all sessions were ended; part of their seal.",
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                condition=~models.Q(email=""),
                violation_error_message="Another account uses this e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    def has_role(self, role_name: str) -> bool:
        """Whether the person holds the role now; superusers hold none by being so."""
        return self.is_active and role_name in self.role_names

    @property
    def role_names(self) -> set[str]:
        if not hasattr(self, "_role_names"):
            self._role_names = set(self.groups.values_list("name", flat=True))
        return self._role_names

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_role_names", None)
        super().refresh_from_db(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """Sessions end when the password changes, and when `session_epoch` does."""
        return self.session_seal(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self.session_seal(secret)

    def session_seal(self, secret: str | bytes | None) -> str:
        return salted_hmac(
            "portal.accounts.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class RoleGrant(AppendOnlyModel):
    """A role was given to a person or taken away. Append-only, also in the database."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=150)
    is_granted = models.BooleanField()
    granted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty when provisioning, single sign-on or the command line did it.",
    )
    granted_at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-granted_at", "-pk"]

    def __str__(self) -> str:
        verb = "gained" if self.is_granted else "lost"
        return f"{self.user} {verb} {self.role}"


class CredentialKind(models.TextChoices):
    PASSWORD = "password", "Password"
    EMAIL = "email", "E-mail address"
    USERNAME = "username", "User name"
    SECOND_FACTOR = "second_factor", "Second factor"
    ACTIVITY = "activity", "Account switched on or off"


class CredentialChange(AppendOnlyModel):
    """By what a person signs in was changed, and by whom. Never the value itself."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="credential_changes"
    )
    kind = models.CharField(max_length=20, choices=CredentialKind)
    changed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Empty when the command line did it.",
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.user}"
