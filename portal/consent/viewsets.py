from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django import forms
from django.http import HttpRequest
from django.urls import URLPattern, path
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.consent.admin_forms import CookieWithProfileForm, GroupWithProfileForm
from portal.consent.models import BannerWording
from portal.consent.views import notices, records, report


class CookieGroupViewSet(SnippetViewSet):
    """Purposes, about each of which visitors decide as a whole."""

    model = CookieGroup
    icon = "folder-open-inverse"
    menu_label = "Groups"
    list_display = ["name", "varname", "is_required", "ordering"]
    sort_order_field = "ordering"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "name",
        "varname",
        "description",
        "is_required",
        "ordering",
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("varname", heading="Short name, fixed once created"),
            FieldPanel("description", heading="What these cookies do"),
            FieldPanel("when_refused"),
            FieldPanel("provider"),
            FieldPanel("shares_with_third_parties"),
            FieldPanel("lawful_basis"),
            FieldPanel(
                "is_required",
                heading="Essential",
                help_text="Visitors cannot refuse essential cookies. Tick only if "
                "the website cannot work without them. Fixed once published.",
            ),
            FieldPanel("ordering", heading="Position in the list"),
            FieldPanel("is_retired"),
        ],
        base_form_class=GroupWithProfileForm,
    )


class CookieViewSet(SnippetViewSet):
    """Every single item that the site or a provider keeps in the browser."""

    model = Cookie
    icon = "list-ul"
    menu_label = "Cookies and other storage"
    list_display = ["name", "cookiegroup", "domain", "path"]
    list_filter = ["cookiegroup"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["name", "cookiegroup", "description", "path", "domain"]
    edit_handler = ObjectList(
        [
            FieldPanel("cookiegroup", heading="Group", widget=forms.Select),
            FieldPanel("name"),
            FieldPanel("pattern"),
            FieldPanel("kind"),
            FieldPanel("description", heading="Purpose"),
            FieldPanel("lifetime"),
            FieldPanel("lifetime_seconds", heading="The same in seconds"),
            FieldPanel("provider"),
            FieldPanel("party", heading="Set by"),
            FieldPanel("privacy_url"),
            FieldPanel("audience", heading="Who gets it"),
            MultiFieldPanel(
                [
                    FieldPanel("domain", help_text="Blank means this website only."),
                    FieldPanel("path", widget=forms.TextInput),
                    FieldPanel("is_http_only"),
                ],
                heading="Where the browser sends it",
            ),
            FieldPanel("is_retired"),
        ],
        base_form_class=CookieWithProfileForm,
    )


class BannerWordingViewSet(SnippetViewSet):
    """The words of the banner, with a preview beside them."""

    model = BannerWording
    icon = "pilcrow"
    menu_label = "Wording"
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("heading"),
            FieldPanel("text"),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("accept", "reject", "choose")],
                heading="Buttons, alike in weight",
            ),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("accepted", "rejected", "failed")],
                heading="Answers",
            ),
            FieldPanel("without_scripts"),
        ]
    )


class PermittedMenuItem(MenuItem):
    """Shown to those who hold a permission."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class PermittedViewSet(ViewSet):
    """Own screens in the menu “Cookies”, each for holders of a permission."""

    permission = ""

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return PermittedMenuItem(
            self.menu_label,
            self.menu_url,
            name=self.name,
            icon_name=self.icon,
            order=order,
            permission=self.permission,
        )


class CookieNoticesViewSet(PermittedViewSet):
    """What visitors were told and when; where a new notice is published."""

    name = "cookie-notices"
    icon = "history"
    menu_label = "Cookie notices"
    permission = "consent.view_cookienotice"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", notices.notice_list, name="index"),
            path("publish/", notices.publish, name="publish"),
            path("<int:number>/", notices.notice, name="notice"),
            path("<int:number>.json", notices.notice_json, name="json"),
        ]


class ConsentRecordsViewSet(PermittedViewSet):
    """Single choices by their reference, exports, and the purge."""

    name = "cookie-records"
    icon = "folder-inverse"
    menu_label = "Records"
    permission = "consent.view_consentevent"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", records.records, name="index"),
            path("export.<slug:file_format>", records.export_records, name="export"),
            path("purge/", records.purge_records, name="purge"),
        ]


class CookieChoicesViewSet(PermittedViewSet):
    """The report “Cookie choices”."""

    name = "cookie-choices"
    icon = "chart"
    menu_label = "Cookie choices"
    permission = "consent.view_dailytotal"

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", report.choices_report, name="index"),
            path("export.<slug:file_format>", report.export_report, name="export"),
        ]


class CookiesViewSetGroup(SnippetViewSetGroup):
    """The menu “Cookies” of those who look after them."""

    menu_label = "Cookies"
    menu_name = "cookies"
    menu_icon = "clipboard-list"
    menu_order = 450
    items = (
        CookieGroupViewSet,
        CookieViewSet,
        BannerWordingViewSet,
        CookieNoticesViewSet,
        ConsentRecordsViewSet,
        CookieChoicesViewSet,
    )
