"""Mounted at /cookies/. The first four names and their answers are the package's."""

from collections.abc import Callable

from cookie_consent.views import CookieStatusView
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.cache import cache_control

from portal.consent.views import choosing, own_record

View = Callable[..., HttpResponseBase]

# Every answer belongs to one visitor, and a stale one would wake what was refused.
unstored = cache_control(private=True, no_store=True)


def recording(view: View) -> View:
    """A refusal must count even if the transaction around a request cannot begin."""
    return unstored(transaction.non_atomic_requests(view))


urlpatterns = [
    path(
        "",
        unstored(choosing.CookiesPageView.as_view()),
        name="cookie_consent_cookie_group_list",
    ),
    path(
        "accept/",
        recording(choosing.AcceptView.as_view()),
        name="cookie_consent_accept",
    ),
    path(
        "decline/",
        recording(choosing.DeclineView.as_view()),
        name="cookie_consent_decline",
    ),
    path(
        "status/",
        unstored(CookieStatusView.as_view()),
        name="cookie_consent_status",
    ),
    path("save/", recording(choosing.SaveChoicesView.as_view()), name="consent_save"),
    path("state/", unstored(choosing.state), name="consent_state"),
    path("token/", unstored(choosing.token), name="consent_token"),
    path("record/", unstored(own_record.record_page), name="consent_record"),
    re_path(
        r"^record/cookie-choices\.(?P<file_format>json|csv)$",
        unstored(own_record.download_record),
        name="consent_record_download",
    ),
    path(
        "record/erase/",
        recording(own_record.erase_record),
        name="consent_record_erase",
    ),
]
