"""Keeps a flood of choices out of the record.

Counters live for a minute in the cache, under a keyed hash of the day and the network;
no address is stored.
"""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

MINUTE = 60


def is_too_much(request: HttpRequest) -> bool:
    """Count one choice of the network; whether its minute is used up."""
    limit = settings.CONSENT_CHOICES_PER_MINUTE
    if not limit:
        return False
    network = f"{timezone.localdate()} {get_adapter().get_client_ip(request)}"
    digest = salted_hmac("portal.consent.throttle", network).hexdigest()
    key = f"consent:choices:{digest}"
    # A cache that cannot write counts nothing, and stops nobody from refusing.
    if cache.add(key, 1, timeout=MINUTE):
        return False
    try:
        return cache.incr(key) > limit
    except ValueError:
        return False
