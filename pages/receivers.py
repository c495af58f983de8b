"""Where Django's signals enter the pages app. Each receiver calls one function."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from pages.models import SiteBrand
from portal.templatetags.portal import forget_brand


@receiver([post_save, post_delete], sender=SiteBrand, dispatch_uid="pages.forget_brand")
def show_the_new_brand(**kwargs: Any) -> None:
    forget_brand()
