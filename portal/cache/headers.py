"""What an answer says to caches between the portal and its reader."""

from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control


def ask_before_reuse(response: HttpResponseBase) -> None:
    """Anybody may keep the answer, but asks each time whether it still holds.

    A reader must not see the former text after an emergency, nor "not in force" after
    the first publication, because a browser kept it for some minutes.
    """
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
