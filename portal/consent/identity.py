"""The visitor's key: who has one, and what the record keeps of it.

Somebody who only refuses gets none. The key travels to addresses under /cookies/ alone,
so that no page view carries it; the record keeps a keyed hash of it.
"""

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

KEY_NAME = "consent_key"
KEY_BYTES = 32
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def key_of(request: HttpRequest) -> str:
    """The key that the browser holds; nothing if it is none that we could have made."""
    key = request.COOKIES.get(KEY_NAME, "")
    return key if KEY.fullmatch(key) else ""


def new_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def subject_of(key: str) -> str:
    """What the record keeps instead of the key; useless without the pepper."""
    if not key:
        return ""
    pepper = settings.CONSENT_PEPPER.encode()
    return hmac.new(pepper, key.encode(), hashlib.sha256).hexdigest()


def keep_key(response: HttpResponseBase, key: str, *, for_session: bool) -> None:
    """Until the choice ends; after a full withdrawal until the browser is closed."""
    response.set_cookie(
        KEY_NAME,
        key,
        max_age=None if for_session else settings.COOKIE_CONSENT_MAX_AGE,
        path=key_path(),
        secure=settings.COOKIE_CONSENT_SECURE,
        httponly=True,
        samesite="Lax",
    )


def drop_key(response: HttpResponseBase) -> None:
    response.delete_cookie(KEY_NAME, path=key_path(), samesite="Lax")


def key_path() -> str:
    return reverse("cookie_consent_cookie_group_list")
