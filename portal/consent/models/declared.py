"""What staff declare about cookies beyond the package's own tables."""

from cookie_consent.models import Cookie, CookieGroup
from django.db import models


class LawfulBasis(models.TextChoices):
    """Why a group may be used, in the words of the law on storage and access."""

    ESSENTIAL = "essential", "Strictly necessary"
    CONSENT = "consent", "Consent"
    STATISTICS = "objection-statistics", "Statistics, with the right to object"
    APPEARANCE = "objection-appearance", "Appearance, with the right to object"


class GroupProfile(models.Model):
    """What visitors are told about a group beyond the package's own fields."""

    group = models.OneToOneField(
        CookieGroup, on_delete=models.CASCADE, related_name="profile"
    )
    when_refused = models.TextField("what stops working when refused", blank=True)
    provider = models.CharField(max_length=200, blank=True)
    lawful_basis = models.CharField(
        max_length=30, choices=LawfulBasis, default=LawfulBasis.CONSENT
    )
    shares_with_third_parties = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "cookie group profile"

    def __str__(self) -> str:
        return self.group.name


class ItemKind(models.TextChoices):
    """Where the browser keeps an item. The law treats all of them alike."""

    COOKIE = "cookie", "Cookie"
    LOCAL_STORAGE = "local-storage", "Local storage"
    SESSION_STORAGE = "session-storage", "Session storage"
    INDEXED_DB = "indexed-db", "IndexedDB"
    REQUEST = "request", "Request to another website"


class Party(models.TextChoices):
    FIRST = "first", "This website"
    THIRD = "third", "Another organisation"


class Audience(models.TextChoices):
    PUBLIC = "public", "Visitors"
    STAFF = "staff", "Members of staff only"


class ItemProfile(models.Model):
    """What visitors are told about one cookie beyond the package's own fields."""

    cookie = models.OneToOneField(
        Cookie, on_delete=models.CASCADE, related_name="profile"
    )
    kind = models.CharField(max_length=20, choices=ItemKind, default=ItemKind.COOKIE)
    pattern = models.CharField(
        max_length=250,
        blank=True,
        help_text="If there are several of the kind: with “*” for any characters, "
        "for example “_ga_*”. Blank means exactly the name.",
    )
    lifetime = models.CharField(max_length=100, blank=True)
    lifetime_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="Blank: until the browser is closed."
    )
    provider = models.CharField(max_length=200, blank=True)
    privacy_url = models.URLField("privacy notice of the provider", blank=True)
    party = models.CharField(max_length=10, choices=Party, default=Party.FIRST)
    is_http_only = models.BooleanField("hidden from scripts", default=False)
    audience = models.CharField(
        max_length=10, choices=Audience, default=Audience.PUBLIC
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "cookie profile"

    def __str__(self) -> str:
        return self.cookie.name
