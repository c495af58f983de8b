"""Where signals enter the subscriptions app. Each receiver calls one service."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from policies.models import PolicyVersion, Rescission
from policies.subscriptions import bulletins


@receiver(post_save, sender=PolicyVersion, dispatch_uid="subscriptions.tell_of_version")
def tell_of_version(instance: PolicyVersion, created: bool, **kwargs: Any) -> None:
    if created:
        bulletins.tell_of_version(instance)


@receiver(post_save, sender=Rescission, dispatch_uid="subscriptions.tell_of_rescission")
def tell_of_rescission(instance: Rescission, created: bool, **kwargs: Any) -> None:
    if created:
        bulletins.tell_of_rescission(instance)
