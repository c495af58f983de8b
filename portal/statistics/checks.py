"""Refuses settings of an outside provider that would not work, or would open more."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@register(Tags.security)
def provider_is_set_as_a_whole(**kwargs: Any) -> Iterator[CheckMessage]:
    script = urlsplit(settings.STATISTICS_SCRIPT)
    hosts = settings.STATISTICS_HOSTS
    if settings.STATISTICS_SCRIPT and script.scheme != "https":
        yield Error(
            "The script of the statistics provider has no https address.",
            hint="Write STATISTICS_SCRIPT in full, such as https://host/script.js.",
            id="statistics.E001",
        )
    if settings.STATISTICS_SCRIPT and script.hostname not in hosts:
        yield Error(
            "The host of the statistics script is not among the hosts allowed.",
            hint="Name it in STATISTICS_HOSTS; the browser would not load it.",
            id="statistics.E002",
        )
    if hosts and not settings.STATISTICS_SCRIPT:
        yield Error(
            "Hosts of a statistics provider are allowed, and there is no provider.",
            hint="Set STATISTICS_SCRIPT too, or take STATISTICS_HOSTS away.",
            id="statistics.E003",
        )


@register(Tags.security)
def provider_is_written_as_asked(**kwargs: Any) -> Iterator[CheckMessage]:
    for host in settings.STATISTICS_HOSTS:
        if not HOST.fullmatch(host):
            yield Error(
                f"“{host}” is not a host name.",
                hint="STATISTICS_HOSTS takes names such as stats.example.org, "
                "without https:// and without *.",
                id="statistics.E004",
            )
    for name in settings.STATISTICS_ATTRIBUTES:
        if not re.fullmatch(r"data-[a-z0-9-]+", name):
            yield Error(
                f"“{name}” is not an attribute that the script may have.",
                hint="STATISTICS_ATTRIBUTES takes names that begin with data-.",
                id="statistics.E005",
            )
