"""A public server behind HTTPS. Everything secret or local comes from outside."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import environment

DEBUG = False
SECRET_KEY = environment.required("SECRET_KEY")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or [
    environment.required("ALLOWED_HOSTS")
]
DATABASES["default"] = database_from_url(  # noqa: F405
    environment.required("DATABASE_URL")
)
WAGTAILADMIN_BASE_URL = environment.required("BASE_URL")
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]
DEFAULT_FROM_EMAIL = environment.required("MAIL_FROM")
EMAIL_HOST = environment.text("MAIL_HOST", "localhost")
EMAIL_PORT = environment.number("MAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("MAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("MAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("MAIL_TLS")

# Shared by all workers: the cookie package keeps its groups in the cache, and a
# cache per worker would let one of them serve groups that were changed long ago.
CACHES = {
    "default": redis_cache(REDIS_URL)  # noqa: F405
    if REDIS_URL  # noqa: F405
    else {
        "BACKEND": "portal.cache.backends.PortalDatabaseCache",
        "LOCATION": "portal_cache",
    }
}
if MEDIA_BUCKET:  # noqa: F405
    STORAGES["default"] = bucket_storage()  # noqa: F405
    STORAGES["quarantine"] = bucket_storage("quarantine")  # noqa: F405

SECURE_SSL_REDIRECT = environment.flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
COOKIE_CONSENT_SECURE = True
CONSENT_PEPPER = environment.required("CONSENT_PEPPER")
SAMPLE_ACCOUNTS_ALLOWED = False
REQUIRE_SECOND_FACTOR = environment.flag("PORTAL_REQUIRE_MFA", default=True)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
if environment.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
