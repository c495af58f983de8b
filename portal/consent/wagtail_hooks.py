"""Where Wagtail's admin enters the consent app."""

from collections.abc import Iterable

from cookie_consent.models import Cookie, CookieGroup
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from portal.consent.deletion import reasons_not_to_delete
from portal.consent.models import BannerWording
from portal.consent.scanner import views as scanner
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


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("cookie-scanner/", scanner.findings, name="consent_scans"),
        path("cookie-scanner/<int:pk>/", scanner.findings, name="consent_scan"),
    ]


class ScannerMenuItem(MenuItem):
    """Shown to those whose roles may see the findings."""

    def is_shown(self, request: HttpRequest) -> bool:
        return scanner.may_see(request.user)


@hooks.register("register_admin_menu_item")
def scanner_menu_item() -> MenuItem:
    return ScannerMenuItem(
        "Cookie scanner",
        reverse("consent_scans"),
        name="cookie-scanner",
        icon_name="search",
        order=455,
    )
