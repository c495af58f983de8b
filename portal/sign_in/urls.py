"""Everything under `/staff/`. Allauth's doors that lead nowhere here stay shut."""

from allauth.socialaccount import views as socialaccount
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from portal.accounts.views.invitation import accept_invitation
from portal.sign_in import views


def closed(request: HttpRequest) -> HttpResponse:
    raise Http404("Access administrators make accounts and keep their addresses.")


urlpatterns = [
    path("", views.security, name="sign_in_security"),
    path("signup/", closed),
    path("email/", closed),
    path("confirm-email/", closed),
    path("inactive/", closed),
    path("login/code/confirm/", closed),
    path("password/set/", closed),
    path(
        "sign-out-everywhere/",
        views.sign_out_everywhere,
        name="sign_in_sign_out_everywhere",
    ),
    path(
        "invitation/<str:key>/<str:token>/", accept_invitation, name="staff_invitation"
    ),
    path("sso/<slug:provider_id>/login/", views.sso_login, name="openid_connect_login"),
    path(
        "sso/<slug:provider_id>/login/callback/",
        views.sso_callback,
        name="openid_connect_callback",
    ),
    path(
        "sso/cancelled/",
        socialaccount.login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path("sso/carry-on/", views.carry_on, name="sign_in_carry_on"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
