"""The settings of a server, for a site that lives as long as one audit."""

from portal.settings.production import *  # noqa: F403 - a settings file adds to the common ones

# On this machine alone: no certificate, and the people who wrote the sample content.
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_SECURE = False
CSRF_COOKIE_NAME = "csrf"
COOKIE_CONSENT_SECURE = False
SAMPLE_ACCOUNTS_ALLOWED = True
SERVE_MEDIA = True
