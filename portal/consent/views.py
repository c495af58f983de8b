from typing import Any
from urllib.parse import urlencode

from cookie_consent.forms import ProcessCookiesForm
from cookie_consent.views import (
    CookieGroupAcceptView,
    CookieGroupBaseProcessView,
    CookieGroupDeclineView,
    CookieGroupListView,
    is_ajax_like,
)
from django.contrib.auth.views import RedirectURLMixin
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET
from django.views.generic import View

from portal.consent.choices import (
    AcceptanceNotRecorded,
    apply_choice,
    current_choices,
)
from portal.consent.cookies_page import optional_groups, render_cookies_page
from portal.consent.forms import CookieChoicesForm

SEE_OTHER = 303


class CookiesPageView(RedirectURLMixin, CookieGroupListView):
    """Explains every cookie and lets visitors change their mind."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return render_cookies_page(
            request,
            next_url=self.get_redirect_url(),
            is_saved="saved" in request.GET,
        )


class SaveChoicesView(RedirectURLMixin, View):
    """Takes the answers to all questions at once, so that no tab undoes another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("cookie_consent_cookie_group_list")

    def post(self, request: HttpRequest) -> HttpResponseBase:
        next_url = self.get_redirect_url()
        form = CookieChoicesForm(optional_groups(), data=request.POST)
        if not form.is_valid():
            return render_cookies_page(
                request, form=form, next_url=next_url, status=422
            )
        response = HttpResponseRedirect(_confirmation_url(next_url))
        response.status_code = SEE_OTHER
        try:
            apply_choice(request, response, form.decisions)
        except AcceptanceNotRecorded:
            return _not_saved(request, response, next_url)
        return response


class RecordedChoiceMixin(CookieGroupBaseProcessView):
    """The package's view, with the choice recorded by `apply_choice`."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = ProcessCookiesForm(data=request.POST)
        if not form.is_valid():
            return super().post(request, *args, **kwargs)
        is_accepted = self.cookie_process_action == "accept"
        response = (
            HttpResponse()
            if is_ajax_like(request)
            else HttpResponseRedirect(self.get_success_url())
        )
        try:
            apply_choice(
                request,
                response,
                {group.varname: is_accepted for group in form.get_cookie_groups()},
            )
        except AcceptanceNotRecorded:
            return _not_saved(request, response)
        return response


class AcceptView(RecordedChoiceMixin, CookieGroupAcceptView):
    """Accepts the groups named in the form."""


class DeclineView(RecordedChoiceMixin, CookieGroupDeclineView):
    """Refuses the groups named in the form."""


@require_GET
def state(request: HttpRequest) -> JsonResponse:
    """What the visitor chose, for the script. No token, so it sets no cookie."""
    choices = current_choices(request)
    return JsonResponse(
        {
            "accepted": choices.accepted,
            "declined": choices.declined,
            "undecided": choices.undecided,
        }
    )


@require_GET
def token(request: HttpRequest) -> JsonResponse:
    """The CSRF token, asked for once a visitor turns to the banner."""
    return JsonResponse({"token": get_token(request)})


def _confirmation_url(next_url: str) -> str:
    query = {"saved": "yes", **({"next": next_url} if next_url else {})}
    return f"{reverse('cookie_consent_cookie_group_list')}?{urlencode(query)}"


def _not_saved(
    request: HttpRequest, response: HttpResponseBase, next_url: str = ""
) -> HttpResponse:
    """Say that nothing was switched on; refusals in the same form still count."""
    if is_ajax_like(request):
        failure = HttpResponse(status=503)
    else:
        failure = render_cookies_page(
            request, next_url=next_url, has_failed=True, status=503
        )
    failure.cookies.update(response.cookies)
    return failure
