from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from wagtail.models import PreviewableMixin

from portal.edits.forms import EditedModelForm


class BannerWording(PreviewableMixin, models.Model):
    """The banner's words as staff edit them: a draft until a notice is published."""

    ONLY = 1

    heading = models.CharField(max_length=100, default="Cookies on this website")
    text = models.TextField(
        default="Some cookies are essential. Others help us improve the website or "
        "show content of other companies, and can track what you do: if you reject "
        "them, some functions may not work.",
        help_text="Say that some cookies are essential, that others can track, and "
        "that rejecting may limit what works. Short, or it hides the page on a phone. "
        "The names of the optional groups follow it.",
    )
    accept = models.CharField(
        "button that accepts", max_length=60, default="Accept optional cookies"
    )
    reject = models.CharField(
        "button that rejects", max_length=60, default="Reject optional cookies"
    )
    choose = models.CharField(
        "link to the cookies page", max_length=60, default="Choose cookies"
    )
    accepted = models.CharField(
        "confirmation after accepting",
        max_length=200,
        default="You accepted optional cookies.",
    )
    rejected = models.CharField(
        "confirmation after rejecting",
        max_length=200,
        default="You rejected optional cookies.",
    )
    failed = models.CharField(
        "when the choice could not be saved",
        max_length=200,
        default="We could not save your choice. Nothing was switched on.",
    )
    without_scripts = models.CharField(
        "sentence for browsers without scripts",
        max_length=200,
        default="This website uses no optional cookies unless you choose them.",
    )

    base_form_class = EditedModelForm

    class Meta:
        verbose_name = "wording of the banner"
        verbose_name_plural = "wording of the banner"
        default_permissions = ("change", "view")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_wording_of_the_banner"),
        ]

    def __str__(self) -> str:
        return "Wording of the banner"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = self.ONLY
        super().save(*args, **kwargs)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "consent/preview.html"
