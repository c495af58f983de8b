"""The test suite; `TEST_DATABASE_URL` names the server, a SQLite file otherwise."""

import atexit
import secrets
import shutil
import tempfile
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from portal.settings.base import *  # noqa: F403 - a settings file adds to the common ones
from portal.settings.base import INSTALLED_APPS, database_from_url, environment

TEST_DATA_DIR = Path(tempfile.mkdtemp(prefix="portal-test-"))
atexit.register(shutil.rmtree, TEST_DATA_DIR, ignore_errors=True)

DEBUG = False
SECRET_KEY = get_random_secret_key()
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
WAGTAILADMIN_BASE_URL = "http://testserver"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "portal@example.org"
LOGGING["handlers"]["audit"] = {"class": "logging.NullHandler"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = TEST_DATA_DIR / "static"
STATIC_ROOT.mkdir()
MEDIA_ROOT = TEST_DATA_DIR / "media"
COOKIE_CONSENT_SECURE = False
CONSENT_PEPPER = get_random_secret_key()
CONSENT_CHOICES_PER_MINUTE = 0
SAMPLE_ACCOUNTS_ALLOWED = True
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "quarantine": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": TEST_DATA_DIR / "quarantine"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A database in a file: the live server of the browser tests works in several
# threads, which a database in memory would serve one after the other.
DATABASES = {
    "default": database_from_url(
        environment.text(
            "TEST_DATABASE_URL", f"sqlite:///{TEST_DATA_DIR / 'portal.sqlite3'}"
        )
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DATA_DIR / "test.sqlite3")}
else:
    # A name that nobody else has: Django deletes a test database that is there.
    DATABASES["default"]["TEST"] = {"NAME": f"portal_test_{secrets.token_hex(6)}"}
