"""Redirects of editors stand behind the addresses of the portal, never before them."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.common import CommonMiddleware
from wagtail.contrib.redirects.middleware import RedirectMiddleware


class LastRedirectMiddleware(RedirectMiddleware):
    """Wagtail's, once the address with a slash at its end has been tried.

    Otherwise a redirect of `/policies/cp-042`, which a page answers with a slash,
    would lead readers away from an approved text.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        slashes = CommonMiddleware(self.get_response)
        if response.status_code == 404 and slashes.should_redirect_with_slash(request):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
