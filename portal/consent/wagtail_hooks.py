"""Where Wagtail's admin enters the consent app."""

from collections.abc import Iterable

from cookie_consent.models import Cookie, CookieGroup
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet

from portal.consent.deletion import reasons_not_to_delete
from portal.consent.models import BannerWording
from portal.consent.viewsets import CookiesViewSetGroup
from portal.refusals import Refusal

register_snippet(CookiesViewSetGroup)


@hooks.register("before_delete_snippet")
def keep_what_has_evidence(request: HttpRequest, instances: Iterable[Model]) -> None:
    """Say no before Wagtail asks “Are you sure?”, for one row or for many."""
    reasons = [
        reason for instance in instances for reason in reasons_not_to_delete(instance)
    ]
    if reasons:
        raise Refusal(*reasons)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def say_that_it_is_a_draft(request: HttpRequest, instance: Model) -> None:
    """What visitors read changes with the next notice, not with this button."""
    if isinstance(instance, (CookieGroup, Cookie, BannerWording)):
        address = reverse("cookie-notices:publish")
        messages.warning(
            request,
            "Visitors see this once a cookie notice is published.",
            buttons=[messages.button(address, "Look at the differences")],
        )
