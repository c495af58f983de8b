"""Signed links of a follower: whoever has one reads the mail of the address.

A link names the row and carries a digest of the address, so that it means nothing for
another address that gets the same key, as after a restored backup.
"""

import datetime

from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from policies.subscriptions.models import Follower

CONFIRM_WITHIN = datetime.timedelta(days=3)
SALT = "policies.subscriptions"
CONFIRM, MANAGE, STOP = "follow_confirm", "follow_manage", "follow_stop"


def digest_of(follower: Follower) -> str:
    return salted_hmac(SALT, follower.email).hexdigest()[:16]


def link(purpose: str, follower: Follower) -> str:
    """The path of one of the three pages; only the first one runs out."""
    signer = signing.TimestampSigner(salt=f"{SALT}.{purpose}")
    token = signer.sign(f"{follower.pk}-{digest_of(follower)}")
    return reverse(purpose, args=[token])


def is_genuine(purpose: str, token: str) -> bool:
    """Whether the portal made the link, also for an address that is gone."""
    return value_of(purpose, token) is not None


def value_of(purpose: str, token: str) -> str | None:
    signer = signing.TimestampSigner(salt=f"{SALT}.{purpose}")
    try:
        return signer.unsign(
            token, max_age=CONFIRM_WITHIN if purpose == CONFIRM else None
        )
    except signing.BadSignature:
        return None


def follower_of(purpose: str, token: str) -> Follower | None:
    """Whose link it is; None if it is false, too old, or of an address that is gone."""
    value = value_of(purpose, token)
    if value is None:
        return None
    key, _hyphen, digest = value.partition("-")
    follower = Follower.objects.filter(pk=int(key)).first()
    if follower is None or not constant_time_compare(digest, digest_of(follower)):
        return None
    return follower
