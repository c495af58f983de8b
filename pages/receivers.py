"""Where Django's signals enter the pages app. Each receiver calls one function."""

from typing import Any, cast

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import copy_for_translation_done

from pages.models import SiteBrand
from pages.models.mixins import TranslationMixin
from pages.translations import note_source
from portal.templatetags.portal import forget_brand


@receiver([post_save, post_delete], sender=SiteBrand, dispatch_uid="pages.forget_brand")
def show_the_new_brand(**kwargs: Any) -> None:
    forget_brand()


@receiver(copy_for_translation_done, dispatch_uid="pages.note_source")
def note_source_of_translation(source_obj: Any, target_obj: Any, **kwargs: Any) -> None:
    page: Any = getattr(target_obj, "specific", None)
    if isinstance(page, TranslationMixin):
        note_source(page, source_obj)
        page.save()
        cast(Any, page).save_revision()
