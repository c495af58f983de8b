"""Addresses of the portal and pages with planted faults, for the scanner to find."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import cache_control

from portal.consent.choices import current_choices
from portal.urls import urlpatterns as urls_of_the_portal

# Reserved for this: the name is no one's, and no request leaves the machine.
ELSEWHERE = "http://tracker.invalid/pixel.gif"
SCRIPTS = {
    "/planted/brief/": "document.cookie = 'brief=1';"
    "document.cookie = 'brief=1; Max-Age=0';",
    "/planted/storage/": "localStorage.setItem('visitor', '1');",
}


def script(request: HttpRequest) -> HttpResponse:
    return HttpResponse(SCRIPTS[request.GET["of"]], content_type="text/javascript")


@cache_control(private=True, no_store=True)
def page_with_script(request: HttpRequest) -> HttpResponse:
    """A script that keeps something nobody declared."""
    return HttpResponse(f'<script src="/planted/script.js?of={request.path}"></script>')


def early(request: HttpRequest) -> HttpResponse:
    """Sets a cookie of an optional group, whatever the visitor said."""
    response = HttpResponse("<p>Too early.</p>")
    response.set_cookie("vuid", "1")
    return response


def stubborn(request: HttpRequest) -> HttpResponse:
    """Asks for consent, and then keeps a cookie where withdrawing cannot reach it."""
    response = HttpResponse("<p>Left behind.</p>")
    if "embedded-media" in current_choices(request).accepted:
        response.set_cookie("vuid", "1", path="/planted/", max_age=60)
    return response


def elsewhere(request: HttpRequest) -> HttpResponse:
    """A picture of another website, before anybody agreed."""
    response = HttpResponse(f'<img src="{ELSEWHERE}" alt="">')
    # The portal's own policy would stop it; this page stands for a site without one.
    response._csp_update = {"img-src": ["http://tracker.invalid"]}
    return response


def lasting(request: HttpRequest) -> HttpResponse:
    """Keeps a declared cookie for longer than is declared."""
    response = HttpResponse("<p>Too long.</p>")
    response.set_cookie("csrftoken", "1", max_age=30 * 86400)
    return response


urlpatterns = [
    path("planted/script.js", script),
    path("planted/brief/", page_with_script),
    path("planted/storage/", page_with_script),
    path("planted/early/", early),
    path("planted/stubborn/", stubborn),
    path("planted/elsewhere/", elsewhere),
    path("planted/lasting/", lasting),
    *urls_of_the_portal,
]
