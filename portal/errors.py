"""Pages for requests that cannot be answered, each with what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form arrived without its token: too old, or cookies are off."""
    return render(request, "form_expired.html", status=403)
