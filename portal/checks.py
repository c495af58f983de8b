"""Refuses a misconfigured site: each finding has an id, a sentence and a hint."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils import timezone

from portal.security_txt import expiry


@register(Tags.security, deploy=True)
def consent_cookie_is_secure(**kwargs: Any) -> Iterator[CheckMessage]:
    if not settings.COOKIE_CONSENT_SECURE:
        yield Error(
            "The consent cookie is not marked secure.",
            hint="Set COOKIE_CONSENT_SECURE = True in portal/settings/production.py.",
            id="portal.E001",
        )


@register(Tags.security, deploy=True)
def sample_accounts_are_off(**kwargs: Any) -> Iterator[CheckMessage]:
    if settings.SAMPLE_ACCOUNTS_ALLOWED:
        yield Error(
            "Sample accounts with a printed password are allowed.",
            hint="Set SAMPLE_ACCOUNTS_ALLOWED = False.",
            id="portal.E002",
        )


@register(Tags.security, deploy=True)
def cache_is_shared(**kwargs: Any) -> Iterator[CheckMessage]:
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith(("LocMemCache", "DummyCache")):
        yield Error(
            "The cache is not shared between workers.",
            hint="One worker would go on serving cookie groups that were changed.",
            id="portal.E003",
        )


@register(Tags.urls)
def write_api_is_not_mounted(**kwargs: Any) -> Iterator[CheckMessage]:
    """Wagtail's newer API can write; a policy must have no such door."""
    if apps.is_installed("wagtail.api.v3"):
        yield Error(
            "Wagtail's writing API is installed.",
            hint="Remove wagtail.api.v3 from INSTALLED_APPS.",
            id="portal.E004",
        )


@register(Tags.files)
def bucket_is_described(**kwargs: Any) -> Iterator[CheckMessage]:
    details = [settings.MEDIA_ENDPOINT, settings.MEDIA_ACCESS_KEY]
    if any(details) and not settings.MEDIA_BUCKET:
        yield Error(
            "Object storage is described, but no bucket is named.",
            hint="Set MEDIA_BUCKET, or take the other MEDIA_ variables away.",
            id="portal.E031",
        )
    if bool(settings.MEDIA_ACCESS_KEY) != bool(settings.MEDIA_SECRET_KEY):
        yield Error(
            "Of the two keys to the bucket one is missing.",
            hint="Set both MEDIA_ACCESS_KEY and MEDIA_SECRET_KEY, or neither.",
            id="portal.E032",
        )


@register(Tags.caches)
def redis_has_an_address(**kwargs: Any) -> Iterator[CheckMessage]:
    known = ("redis://", "rediss://", "unix://")
    if settings.REDIS_URL and not settings.REDIS_URL.startswith(known):
        yield Error(
            "REDIS_URL is no address of Redis.",
            hint="Write redis://host:6379/1, rediss:// with TLS, or unix://.",
            id="portal.E033",
        )


@register(Tags.security, deploy=True)
def security_contact_is_set(**kwargs: Any) -> Iterator[CheckMessage]:
    contact = settings.SECURITY_CONTACT
    if not contact.startswith(("mailto:", "https://", "tel:")):
        yield Error(
            "Nobody is named to whom a weakness of the site can be reported.",
            hint="Set SECURITY_CONTACT to an address such as mailto:it@example.org.",
            id="portal.E015",
        )
    expires = expiry()
    if expires is None or expires < timezone.localdate():
        yield Error(
            "The security contact has no day of expiry, or that day has passed.",
            hint="Set SECURITY_CONTACT_EXPIRES to a day within a year, as 2027-06-30.",
            id="portal.E016",
        )
