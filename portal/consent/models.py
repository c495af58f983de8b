from cookie_consent.models import Cookie, CookieGroup
from django.db import models


class GroupProfile(models.Model):
    """What visitors are told about a group beyond the package's own fields."""

    group = models.OneToOneField(
        CookieGroup, on_delete=models.CASCADE, related_name="profile"
    )
    when_refused = models.TextField("what stops working when refused", blank=True)
    provider = models.CharField(max_length=200, blank=True)

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


class ItemProfile(models.Model):
    """What visitors are told about one cookie beyond the package's own fields."""

    cookie = models.OneToOneField(
        Cookie, on_delete=models.CASCADE, related_name="profile"
    )
    kind = models.CharField(max_length=20, choices=ItemKind, default=ItemKind.COOKIE)
    lifetime = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "cookie profile"

    def __str__(self) -> str:
        return self.cookie.name
