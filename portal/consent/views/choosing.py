"""Where visitors choose: the cookies page, the package's addresses, the script's."""

from typing import Any

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
from django.views.decorators.http import require_GET
from django.views.generic import View

from portal.consent.choices import (
    AcceptanceNotRecorded,
    NoticeOutdated,
    apply_choice,
    current_choices,
)
from portal.consent.cookies_page import (
    NOT_SAVED,
    OUTDATED,
    optional_groups,
    render_cookies_page,
    saved_url,
)
from portal.consent.forms import CookieChoicesForm
from portal.consent.recording import circumstances_of
from portal.consent.throttle import is_too_much

SEE_OTHER = 303
TOO_MANY = "Too many choices came from your network. Try again in a minute."


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
        form = CookieChoicesForm(optional_groups(request), data=request.POST)
        if not form.is_valid():
            return render_cookies_page(
                request, form=form, next_url=next_url, status=422
            )
        response = HttpResponseRedirect(saved_url(next_url))
        response.status_code = SEE_OTHER
        return _choose(request, response, form.decisions, next_url)


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
        decisions = {group.varname: is_accepted for group in form.get_cookie_groups()}
        return _choose(request, response, decisions)


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


def _choose(
    request: HttpRequest,
    response: HttpResponseBase,
    decisions: dict[str, bool],
    next_url: str = "",
) -> HttpResponseBase:
    """`response` with the choice, or why an acceptance does not count.

    Refusals in the same form still do.
    """
    if is_too_much(request):
        return _failure(request, response, next_url, TOO_MANY, 429)
    try:
        apply_choice(request, response, decisions, circumstances_of(request))
    except AcceptanceNotRecorded:
        return _failure(request, response, next_url, NOT_SAVED, 503)
    except NoticeOutdated:
        return _failure(request, response, next_url, OUTDATED, 409)
    return response


def _failure(
    request: HttpRequest,
    response: HttpResponseBase,
    next_url: str,
    sentence: str,
    status: int,
) -> HttpResponse:
    if is_ajax_like(request):
        failure = HttpResponse(status=status)
    else:
        failure = render_cookies_page(
            request, next_url=next_url, failure=sentence, status=status
        )
    failure.cookies.update(response.cookies)
    return failure
