"""Which language an address speaks, and how a language is written.

The address alone decides, never a header or a cookie: one address gives one page.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language_info
from wagtail.coreutils import get_content_languages

# What the tag of a document says; Django writes the code in small letters.
TAGS = {"en-gb": "en-GB"}


class Language(NamedTuple):
    """How a language is told to browsers and to readers."""

    code: str
    tag: str
    direction: str
    own_name: str
    english_name: str

    @property
    def is_english(self) -> bool:
        return self.code == settings.LANGUAGE_CODE

    @property
    def has_interface(self) -> bool:
        """Whether the frame of the pages is translated, or stays English."""
        return self.code in settings.INTERFACE_LANGUAGES


@cache
def language(code: str) -> Language:
    """Asked dozens of times for each page; the names never change in a process."""
    info = get_language_info(code)
    return Language(
        code=code,
        tag=TAGS.get(code, code),
        direction="rtl" if info["bidi"] else "ltr",
        own_name="English" if code == settings.LANGUAGE_CODE else info["name_local"],
        english_name=str(dict(settings.LANGUAGES).get(code, info["name"])),
    )


def active_language() -> Language:
    return language(translation.get_language() or settings.LANGUAGE_CODE)


def language_of_path(path: str) -> str:
    """The language whose prefix the path carries; English without one.

    Codes of languages that are off are ordinary words of an address.
    """
    prefix = path.split("/", 2)[1] if path.startswith("/") else ""
    known = set(get_content_languages()) - {settings.LANGUAGE_CODE}
    return prefix if prefix in known else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Each request speaks the language of its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        code = language_of_path(request.path_info)
        request.LANGUAGE_CODE = code
        with translation.override(code):
            return self.get_response(request)
