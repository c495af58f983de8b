"""Where Django's signals enter the consent app."""

from typing import Any

from cookie_consent.cache import delete_cache
from cookie_consent.models import Cookie, CookieGroup
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from portal.consent.deletion import reasons_not_to_delete
from portal.consent.models import GroupProfile, ItemProfile
from portal.consent.notices import forget_published
from portal.consent.publishing import keep_version
from portal.consent.validators import validate_cookie_name
from portal.refusals import Refusal


@receiver(
    [post_save, post_delete], sender=CookieGroup, dispatch_uid="consent.group_cache"
)
@receiver([post_save, post_delete], sender=Cookie, dispatch_uid="consent.cookie_cache")
@receiver(
    [post_save, post_delete], sender=GroupProfile, dispatch_uid="consent.profile_cache"
)
@receiver(
    [post_save, post_delete], sender=ItemProfile, dispatch_uid="consent.item_cache"
)
def clear_cached_groups(**kwargs: Any) -> None:
    # The package clears while saving; a reader between that and the commit would
    # put the old groups back.
    transaction.on_commit(delete_cache)
    transaction.on_commit(forget_published)


@receiver(post_save, sender=Cookie, dispatch_uid="consent.cookie_version")
def keep_version_of_group(instance: Cookie, **kwargs: Any) -> None:
    keep_version(instance)


@receiver(pre_save, sender=Cookie, dispatch_uid="consent.cookie_name")
def refuse_illegal_cookie_name(instance: Cookie, **kwargs: Any) -> None:
    validate_cookie_name(instance.name)


@receiver(pre_delete, sender=CookieGroup, dispatch_uid="consent.group_deletion")
def keep_group_with_evidence(instance: CookieGroup, **kwargs: Any) -> None:
    if reasons := reasons_not_to_delete(instance):
        raise Refusal(*reasons)
