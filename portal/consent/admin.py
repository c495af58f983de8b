from collections.abc import Iterable
from typing import Any

from cookie_consent.admin import CookieAdmin, CookieGroupAdmin, LogItemAdmin
from cookie_consent.models import Cookie, CookieGroup, LogItem
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from portal.consent.admin_forms import DeclaredCookieForm
from portal.consent.deletion import reasons_not_to_delete
from portal.refusals import Refusal

# Importing the package's admin registers its models; ours are stricter.
admin.site.unregister([Cookie, CookieGroup, LogItem])


class KeepsEvidenceMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Says why a row stays, where Django would only say that it may not go."""

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> Any:
        reasons = [reason for row in objs for reason in reasons_not_to_delete(row)]
        if reasons:
            raise Refusal(*reasons)
        return super().get_deleted_objects(objs, request)  # type: ignore[arg-type]


@admin.register(CookieGroup)
class KeptCookieGroupAdmin(KeepsEvidenceMixin, CookieGroupAdmin):
    """The package's list of groups."""


@admin.register(Cookie)
class CheckedCookieAdmin(KeepsEvidenceMixin, CookieAdmin):
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
