"""Whether somebody proved a moment ago to be the person who is signed in."""

import time

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

AUTHENTICATED_AT = "authenticated_at"


def is_recent(request: HttpRequest) -> bool:
    """Password, second factor or provider were shown within the last minutes."""
    shown_at = request.session.get(AUTHENTICATED_AT, 0)
    return bool(time.time() - shown_at < settings.REAUTHENTICATE_AFTER_SECONDS)


def require_recent_sign_in(request: HttpRequest) -> None:
    """Call before anything is written. The form is kept and goes on afterwards."""
    if not is_recent(request):
        raise ReauthenticationRequired
