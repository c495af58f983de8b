from cookie_consent.admin import CookieAdmin, LogItemAdmin
from cookie_consent.models import Cookie, LogItem
from django.contrib import admin
from django.http import HttpRequest

from portal.consent.admin_forms import DeclaredCookieForm

# Importing the package's admin registers its models; two of them need a stricter one.
admin.site.unregister([Cookie, LogItem])


@admin.register(Cookie)
class CheckedCookieAdmin(CookieAdmin):
    """One illegal cookie name would break every refusal."""

    form = DeclaredCookieForm


@admin.register(LogItem)
class ReadOnlyLogItemAdmin(LogItemAdmin):
    """Evidence is read, never written by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: LogItem | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: LogItem | None = None
    ) -> bool:
        return False
