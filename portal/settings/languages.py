"""The languages of the public pages; the admin and the policies are English."""

from django.core.exceptions import ImproperlyConfigured

from portal import environment

LANGUAGE_CODE = "en-gb"
LANGUAGES = [
    ("en-gb", "English"),
    ("ur", "Urdu"),
    ("pa", "Punjabi"),
    ("bn", "Bengali"),
    ("pl", "Polish"),
    ("ar", "Arabic"),
    ("ro", "Romanian"),
]
# Languages whose catalogue in portal/locale is complete; the others show the frame of
# a page in English and say so.
INTERFACE_LANGUAGES = ["en-gb", "pl", "ur"]


def languages_from(codes: list[str]) -> list[tuple[str, str]]:
    """English and the languages that are on; an unknown code stops the start."""
    names = dict(LANGUAGES)
    unknown = sorted(set(codes) - set(names))
    if unknown:
        raise ImproperlyConfigured(
            f"PORTAL_LANGUAGES: {', '.join(unknown)} is none of "
            f"{', '.join(code for code in names if code != LANGUAGE_CODE)}."
        )
    return [pair for pair in LANGUAGES if pair[0] in {LANGUAGE_CODE, *codes}]


WAGTAIL_CONTENT_LANGUAGES = languages_from(environment.words("PORTAL_LANGUAGES"))
WAGTAIL_I18N_ENABLED = len(WAGTAIL_CONTENT_LANGUAGES) > 1
