"""Nobody gets past a door that the table of roles does not open.

Before any view of the staff's ground runs, and so for every address that a package may
add. Views and permissions decide about what lies behind; when one of Wagtail's says no,
this says why instead of sending the person to the dashboard.
"""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import ResolverMatch, reverse
from wagtail.admin.views.generic.chooser import CreateView

from portal.accounts.doors import (
    OWN_ACCOUNT,
    SIGN_IN,
    door_of,
    may_pass,
    reasons_to_stay_out,
    what_the_person_holds,
)
from portal.middleware import INCOMPLETE, answer_broken_form, refuse, wants_json
from portal.refusals import Refusal

STAFF_GROUND = ("/admin/", "/django-admin/", "/staff/")
BULK_ACTION = "wagtail_bulk_action"
LONGEST_QUERY = 2_000
# Wagtail fails on a form without these fields; its own check takes them for granted.
NEEDED_FIELDS = {"wagtailadmin_choose_page_external_link": "external-link-chooser-url"}
OVERLONG_NUMBER = re.compile(r"\s*[+-]?\d{19,}\s*")


class DoorkeeperMiddleware:
    """Asks the table of doors before each view of the staff's ground."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_on_staff_ground(request):
            return self.get_response(request)
        unread = len(messages.get_messages(request))
        response = self.get_response(request)
        if wagtail_says_no(request, response, unread):
            return refuse(request, Refusal(*reasons_behind_the_door(request)))
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not is_on_staff_ground(request):
            return None
        door = door_of(name_of(request.resolver_match))
        if door is SIGN_IN:
            return None
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not may_pass(request.user, door):
            return refuse(request, Refusal(*reasons_to_stay_out(request.user, door)))
        require_numbers(request)
        if request.method == "POST" and has_no_form(view):
            return HttpResponseNotAllowed(["GET"])
        if reason := reason_against_values(request):
            return answer_broken_form(request, reason)
        return None

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Wagtail lets PermissionDenied through when a script asks."""
        if isinstance(exception, PermissionDenied) and is_on_staff_ground(request):
            return refuse(request, Refusal(*reasons_behind_the_door(request)))
        return None


def is_on_staff_ground(request: HttpRequest) -> bool:
    return request.path.startswith(STAFF_GROUND)


def name_of(match: ResolverMatch | None) -> str:
    """The name of the view; a bulk action is named with the model that it works on."""
    if match is None:
        return ""
    if match.view_name == BULK_ACTION:
        return "{}:{app_label}.{model_name}".format(BULK_ACTION, **match.kwargs)
    return match.view_name


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return refuse(request, Refusal("Sign in first."))
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


def require_numbers(request: HttpRequest) -> None:
    """Lists of keys in an address go into queries unread; every key is a number."""
    for key in request.GET.getlist("id"):
        if key != "all" and not key.isdecimal():
            raise Http404("That is no key of anything.")


def has_no_form(view: Any) -> bool:
    """Whether this is the address for making a thing in a chooser that makes none.

    Wagtail has the address for every chooser, and fails when a form is sent there.
    """
    view_class = getattr(view, "view_class", None)
    if not isinstance(view_class, type) or not issubclass(view_class, CreateView):
        return False
    return view_class(**view.view_initkwargs).get_creation_form_class() is None


def reason_against_values(request: HttpRequest) -> str:
    """Why no page of ours can have made this request; empty when one can.

    Wagtail and the databases answer such values with a fault: NUL bytes in text,
    numbers beyond 64 bits, texts so long that taking them apart takes minutes.
    """
    needed = NEEDED_FIELDS.get(name_of(request.resolver_match))
    if request.method == "POST" and needed and needed not in request.POST:
        return INCOMPLETE
    asked = [value for _, values in request.GET.lists() for value in values]
    sent = [value for _, values in request.POST.lists() for value in values]
    names = [*request.GET, *request.POST]
    if any("\x00" in text for text in (*asked, *sent, *names)):
        return "A text in it contains a character that no text can have."
    if any(len(value) > LONGEST_QUERY for value in asked):
        return f"A text in the address is longer than {LONGEST_QUERY} characters."
    if any(OVERLONG_NUMBER.fullmatch(value) for value in asked):
        return "A number in it is too large."
    return ""


def wagtail_says_no(request: HttpRequest, response: HttpResponse, unread: int) -> bool:
    """Whether somebody is sent to the dashboard with an error, as Wagtail refuses, or
    to sign-in although signed in, as when the last role went a moment ago.

    The error is taken back; other messages, and the `unread` ones of earlier requests,
    stay. Words would not do to tell: they come in the language of the person.
    """
    if is_sent_to_sign_in(request, response):
        return True
    if response.status_code != 302 or response["Location"] != reverse(
        "wagtailadmin_home"
    ):
        return False
    is_refused = False
    for number, message in enumerate(messages.get_messages(request)):
        if number >= unread and message.level >= messages.ERROR:
            is_refused = True
        else:
            messages.add_message(
                request, message.level, message.message, message.extra_tags
            )
    return is_refused


def is_sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    address = response.headers.get("Location", "").partition("?")[0]
    return (
        request.path.startswith("/admin/")
        and address == reverse("account_login")
        and request.user.is_authenticated
        and door_of(name_of(request.resolver_match)) not in {SIGN_IN, OWN_ACCOUNT}
    )


def reasons_behind_the_door(request: HttpRequest) -> list[str]:
    door = door_of(name_of(request.resolver_match))
    limit = door.limit if door else "This is for system administrators."
    return [limit, *what_the_person_holds(request.user)]  # type: ignore[arg-type]
