"""`/.well-known/security.txt`: whom to tell about a weakness (RFC 9116)."""

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.templatetags.portal import public_address

ADDRESS = "/.well-known/security.txt"


def expiry() -> datetime.date | None:
    """The last day on which the contact is promised to be right; None if unreadable."""
    try:
        return datetime.date.fromisoformat(settings.SECURITY_CONTACT_EXPIRES)
    except ValueError:
        return None


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Nothing without a contact and a day: a wrong one is worse than none."""
    expires = expiry()
    if not settings.SECURITY_CONTACT or expires is None:
        raise Http404("No security contact is set.")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat()}T23:59:59Z",
        "Preferred-Languages: en",
        f"Canonical: {public_address(ADDRESS)}",
    ]
    return HttpResponse(
        "\n".join([*lines, ""]), content_type="text/plain; charset=utf-8"
    )
