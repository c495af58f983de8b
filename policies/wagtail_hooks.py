"""Where the policies app enters Wagtail's admin."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import HeaderButton
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from policies.access import may_read_drafts
from policies.dashboard import (
    EmergenciesPanel,
    GrantsPanel,
    WaitingForYouPanel,
    YourChangesPanel,
)
from policies.governed import is_governed
from policies.models import PolicyPage, RatifyingBody
from policies.stages import EMERGENCY_PUBLISHER
from policies.views import changes, emergency, governance, review
from policies.views.governance import may_govern


class RatifyingBodyViewSet(SnippetViewSet):
    model = RatifyingBody
    icon = "group"
    menu_label = "Ratifying bodies"
    list_display = ["name"]


register_snippet(RatifyingBodyViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("policies/changes/", changes.change_list, name="policy_changes"),
        path("policies/changes/<int:pk>/", review.change, name="policy_change"),
        path(
            "policies/changes/<int:pk>/text/",
            review.change_text,
            name="policy_change_text",
        ),
        path(
            "policies/changes/<int:pk>/decide/",
            review.decide,
            name="policy_change_decide",
        ),
        path(
            "policies/changes/<int:pk>/ratify/",
            review.ratify,
            name="policy_change_ratify",
        ),
        path(
            "policies/changes/<int:pk>/cancel/",
            review.cancel,
            name="policy_change_cancel",
        ),
    ]


@hooks.register("register_admin_urls")
def version_urls() -> list[URLPattern]:
    return [
        path(
            "policies/<int:page_pk>/versions/",
            governance.versions,
            name="policy_versions",
        ),
        path(
            "policies/<int:page_pk>/publish-at-once/",
            emergency.publish_at_once,
            name="policy_publish_at_once",
        ),
        path(
            "policies/versions/<int:pk>/text/",
            emergency.version_text,
            name="policy_version_text",
        ),
        path("policies/versions/<int:pk>/judge/", emergency.judge, name="policy_judge"),
        path(
            "policies/versions/<int:pk>/rescind/",
            governance.rescind_version,
            name="policy_rescind",
        ),
        path(
            "policies/versions/<int:pk>/evidence/",
            governance.evidence_of_version,
            name="policy_evidence_of_version",
        ),
    ]


@hooks.register("register_admin_urls")
def ledger_urls() -> list[URLPattern]:
    return [
        path("policies/ledger/", governance.ledger_overview, name="policy_ledger"),
        path(
            "policies/ledger/verify/",
            governance.verify_ledger,
            name="policy_ledger_verify",
        ),
        path(
            "policies/ledger/<slug:table>.<slug:file_format>",
            governance.export,
            name="policy_export",
        ),
        path("policies/evidence/", governance.evidence, name="policy_evidence"),
    ]


class ChangesMenuItem(MenuItem):
    """Shown to staff who may read drafts."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_read_drafts(request.user)


@hooks.register("register_admin_menu_item")
def changes_menu_item() -> MenuItem:
    return ChangesMenuItem(
        "Policy changes",
        reverse("policy_changes"),
        name="policy-changes",
        icon_name="tasks",
        order=110,
    )


class LedgerMenuItem(MenuItem):
    """Shown to governance leads and system administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_govern(request.user)


@hooks.register("register_admin_menu_item")
def ledger_menu_item() -> MenuItem:
    return LedgerMenuItem(
        "Ledger",
        reverse("policy_ledger"),
        name="policy-ledger",
        icon_name="doc-full-inverse",
        order=115,
    )


@hooks.register("insert_global_admin_css")
def admin_style_sheet() -> str:
    return format_html(
        '<link rel="stylesheet" href="{}">', static("portal/css/admin.css")
    )


@hooks.register("construct_homepage_panels")
def add_dashboard_panels(request: HttpRequest, panels: list[Any]) -> None:
    panels += [
        EmergenciesPanel(),
        GrantsPanel(),
        WaitingForYouPanel(),
        YourChangesPanel(),
    ]


@hooks.register("register_page_header_buttons")
def review_button(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[HeaderButton]:
    if is_governed(type(page)) and may_read_drafts(user):
        change = page.open_change
        if change is not None:
            yield HeaderButton(
                "Open the review",
                reverse("policy_change", args=[change.pk]),
                icon_name="tasks",
                priority=10,
            )


@hooks.register("register_page_header_buttons")
def version_buttons(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[HeaderButton]:
    if page.specific_class is not PolicyPage or not may_read_drafts(user):
        return
    yield HeaderButton(
        "Versions",
        reverse("policy_versions", args=[page.pk]),
        icon_name="history",
        priority=20,
    )
    if user.has_role(EMERGENCY_PUBLISHER):
        yield HeaderButton(
            "Publish at once",
            reverse("policy_publish_at_once", args=[page.pk]),
            icon_name="warning",
            priority=30,
        )
