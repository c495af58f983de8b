"""Keeps a flood of choices out of the record."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from portal.rate_limits import MINUTE, Limit, count, counter, exceeded, network_of


def is_too_much(request: HttpRequest) -> bool:
    """Count one choice of the network; whether its minute is used up.

    The counter's name is hashed with the day: no two days can be joined. A cache
    that cannot write counts nothing, and stops nobody from refusing.
    """
    if not settings.CONSENT_CHOICES_PER_MINUTE:
        return False
    limit = Limit("consent", settings.CONSENT_CHOICES_PER_MINUTE, MINUTE)
    network = network_of(get_adapter().get_client_ip(request))
    counters = [counter(limit, str(timezone.localdate()), network)]
    if exceeded(counters):
        return True
    count(counters)
    return False
