"""One person's machine: sample content, nothing to configure."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import LOCAL_DATA_DIR, environment, languages_from

# Without it, a page that is not found looks as readers would see it.
DEBUG = environment.flag("PORTAL_DEBUG")
if DEBUG:
    # Templates are read anew at each request, so pages are made anew, too.
    PAGE_CACHE_MEGABYTES = PART_CACHE_MEGABYTES = 0
SERVE_MEDIA = True
# Files of the project as they are now, with nothing to collect first.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SECRET_KEY = environment.local_secret(LOCAL_DATA_DIR / "secret_key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
WAGTAILADMIN_BASE_URL = f"http://127.0.0.1:{environment.number('PORT', 8000)}"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = LOCAL_DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = "portal@example.org"
COOKIE_CONSENT_SECURE = False
CONSENT_PEPPER = environment.local_secret(LOCAL_DATA_DIR / "consent_pepper")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "quarantine": QUARANTINE_STORAGE,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SAMPLE_ACCOUNTS_ALLOWED = True
WAGTAIL_CONTENT_LANGUAGES = languages_from(
    environment.words("PORTAL_LANGUAGES", "ur, pl")
)
WAGTAIL_I18N_ENABLED = len(WAGTAIL_CONTENT_LANGUAGES) > 1

# On a server these lines go to standard output; here they would bury the others.
LOGGING["handlers"]["audit"] = {  # noqa: F405
    "class": "logging.FileHandler",
    "filename": LOCAL_DATA_DIR / "audit.jsonl",
    "formatter": "bare",
    "delay": True,
}
