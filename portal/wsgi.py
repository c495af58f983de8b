"""Entry point of web servers."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
django.setup(set_prefix=False)

from portal.cache.pages import PageCache  # noqa: E402 - needs the settings
from portal.cache.warming import Warmer  # noqa: E402
from portal.handlers import PortalHandler  # noqa: E402

application = PageCache(PortalHandler())
Warmer(application).start()
