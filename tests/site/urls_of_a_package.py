"""The portal's addresses and one more, as a package might bring it along."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import urlpatterns as addresses_of_portal


def new_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Behind the new door.")


urlpatterns = [path("admin/new-door/", new_view, name="new_door"), *addresses_of_portal]
