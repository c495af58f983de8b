"""Headers, cookies and passwords. Production tightens what needs HTTPS."""

from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE

from portal import environment
from portal.settings.embeds import EMBED_PROVIDERS

# An outside provider of statistics: its script, loaded only after consent, and the
# hosts that the script may ask. Without one the policy below names this site alone.
STATISTICS_SCRIPT = environment.text("STATISTICS_SCRIPT")
STATISTICS_HOSTS = environment.words("STATISTICS_HOSTS")
STATISTICS_ATTRIBUTES = environment.pairs("STATISTICS_ATTRIBUTES")
EMBED_SOURCES = sorted(
    f"https://{urlsplit(str(provider['frame'])).netloc}"
    for provider in EMBED_PROVIDERS.values()
)
STATISTICS_SOURCES = [f"https://{host}" for host in STATISTICS_HOSTS]

# Public pages carry neither inline script nor inline style, so that the same bytes
# can be stored and served to everybody.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, *STATISTICS_SOURCES],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *STATISTICS_SOURCES],
        "font-src": [SELF],
        "frame-src": EMBED_SOURCES or [NONE],
        "connect-src": [SELF, *STATISTICS_SOURCES],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
# The admin: inline scripts by nonce alone. Its editors write styles into the page, show
# pictures before they are uploaded, and frame previews, embedded videos included.
STAFF_CONTENT_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "frame-src": [SELF, *EMBED_SOURCES],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}
# Previews in the admin say otherwise for themselves.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# What no page of ours needs, none may ask for; security keys are left to sign-in.
SECURITY_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "hid",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
        )
    ),
}
SESSION_COOKIE_SAMESITE = "Lax"
# Until the browser closes: a token that outlives the form is of no use to anybody.
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "portal.errors.form_expired"

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator"
    },
]
