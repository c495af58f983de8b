"""Mounted at /cookies/. The first four names and their answers are the package's."""

from collections.abc import Callable

from cookie_consent.views import CookieStatusView
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import path
from django.views.decorators.cache import cache_control

from portal.consent import views

View = Callable[..., HttpResponseBase]

# Every answer belongs to one visitor, and a stale one would wake what was refused.
unstored = cache_control(private=True, no_store=True)


def recording(view: View) -> View:
    """A refusal must count even if the transaction around a request cannot begin."""
    return unstored(transaction.non_atomic_requests(view))


urlpatterns = [
    path(
        "",
        unstored(views.CookiesPageView.as_view()),
        name="cookie_consent_cookie_group_list",
    ),
    path(
        "accept/",
        recording(views.AcceptView.as_view()),
        name="cookie_consent_accept",
    ),
    path(
        "decline/",
        recording(views.DeclineView.as_view()),
        name="cookie_consent_decline",
    ),
    path(
        "status/",
        unstored(CookieStatusView.as_view()),
        name="cookie_consent_status",
    ),
    path("save/", recording(views.SaveChoicesView.as_view()), name="consent_save"),
    path("state/", unstored(views.state), name="consent_state"),
    path("token/", unstored(views.token), name="consent_token"),
]
