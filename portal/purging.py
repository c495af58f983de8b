"""Tells a cache in front (a CDN, Varnish) which addresses show other text now.

By the functions of Wagtail's app for this, which is not installed: its own receivers
would tell before the commit, and the cache would fetch the former text once more.
"""

import http.client
import logging
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from wagtail.contrib.frontend_cache.backends import BaseBackend
from wagtail.contrib.frontend_cache.utils import purge_page_from_cache
from wagtail.signals import page_published, page_unpublished

logger = logging.getLogger(__name__)

SECONDS = 3


class PurgeByRequest(BaseBackend):
    """Sends PURGE for each address to `LOCATION`, with the host of the address.

    Unlike Wagtail's own it waits for a bounded time: whoever publishes waits too. After
    a failure the other addresses of the batch are left to their own expiry.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.location = urlsplit(params["LOCATION"])

    def purge(self, url: str) -> None:
        self.purge_batch([url])

    def purge_batch(self, urls: list[str]) -> None:
        try:
            for url in urls:
                self.send(url)
        except (OSError, http.client.HTTPException) as failure:
            logger.error("The cache in front was not purged: %r", failure)

    def send(self, url: str) -> None:
        is_secure = self.location.scheme == "https"
        kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        line = kind(self.location.netloc, timeout=SECONDS)
        address = urlsplit(url)
        try:
            line.request("PURGE", address.path, headers={"Host": address.netloc})
            status = line.getresponse().status
        finally:
            line.close()
        # 404: nothing of that address was kept.
        if status >= 400 and status != 404:
            logger.error("The cache in front answered %s to PURGE %s", status, url)


@receiver([page_published, page_unpublished], dispatch_uid="portal.purge_addresses")
def purge_addresses(instance: Any, **kwargs: Any) -> None:
    """After the commit; a cache that cannot be told stops no publication."""
    if settings.WAGTAILFRONTENDCACHE:
        purge = partial(purge_page_from_cache, instance)
        transaction.on_commit(purge, robust=True)
