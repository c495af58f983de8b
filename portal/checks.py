"""Refuses a misconfigured site: each finding has an id, a sentence and a hint."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


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
    if backend.endswith((".LocMemCache", ".DummyCache")):
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
