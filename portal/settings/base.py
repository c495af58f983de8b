"""What every environment shares; development, test and production differ in little."""

from pathlib import Path

from portal import environment
from portal.settings.background import *  # noqa: F403
from portal.settings.content import *  # noqa: F403 - one namespace, several files
from portal.settings.database import database_from_url
from portal.settings.embeds import *  # noqa: F403
from portal.settings.languages import *  # noqa: F403
from portal.settings.logging import *  # noqa: F403
from portal.settings.security import *  # noqa: F403
from portal.settings.shared import *  # noqa: F403
from portal.settings.sign_in import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_DATA_DIR = Path(environment.text("LOCAL_DATA_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "portal",
    "portal.evidence",
    "portal.heartbeats",
    "portal.cache",
    "portal.audit",
    "policies",
    "policies.subscriptions",
    "policies.feedback",
    "pages",
    "portal.accounts",
    "portal.sign_in",
    "portal.media",
    "portal.search",
    "portal.consent",
    "portal.statistics",
    "cookie_consent",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.audit.context.AuditMiddleware",
    "portal.observation.middleware.ObservationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.content_policy.ContentPolicyMiddleware",
    "portal.middleware.UnavailableMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.sign_in.middleware.StaffSessionMiddleware",
    "portal.doorkeeper.DoorkeeperMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.consent.middleware.ConsentMiddleware",
    "portal.cache.middleware.SharedPagesMiddleware",
    "portal.middleware.StaffQueryMiddleware",
    "portal.middleware.RefusalMiddleware",
    "portal.redirects.LastRedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": database_from_url(
        environment.text(
            "DATABASE_URL", f"sqlite:///{LOCAL_DATA_DIR / 'portal.sqlite3'}"
        )
    )
}

STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = LOCAL_DATA_DIR / "media"
# Pictures, by the portal itself; on a server a file server does it better.
SERVE_MEDIA = False
# Of no address: outside the folder of uploads, for the portal's own user alone.
QUARANTINE_STORAGE = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": LOCAL_DATA_DIR / "quarantine",
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "quarantine": QUARANTINE_STORAGE,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Figures for Prometheus: who may read them, where all processes count them.
METRICS_TOKEN = environment.text("METRICS_TOKEN")
METRICS_DIRECTORY = environment.text("PROMETHEUS_MULTIPROC_DIR")
CACHES = {"default": {"BACKEND": "portal.cache.backends.PortalLocMemCache"}}
# Pages, and parts of them, in the memory of each process; and for how many seconds a
# shared cache in front may answer without asking, which is for how long a publication
# can stay unseen there.
PAGE_CACHE_MEGABYTES = environment.number("PAGE_CACHE_MEGABYTES", 48)
PART_CACHE_MEGABYTES = environment.number("PART_CACHE_MEGABYTES", 16)
SHARED_CACHE_SECONDS = environment.number("SHARED_CACHE_SECONDS", 1)
CONTENT_MARK = LOCAL_DATA_DIR / "cache" / "content-mark"

# Whom to tell about a weakness of the site, and until when that is promised.
SECURITY_CONTACT = environment.text("SECURITY_CONTACT")
SECURITY_CONTACT_EXPIRES = environment.text("SECURITY_CONTACT_EXPIRES")

LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
