"""Entry point of web servers."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - they need the settings

from portal.cache.pages import PageCache  # noqa: E402
from portal.cache.shelf import Shelf  # noqa: E402
from portal.cache.warming import Warmer  # noqa: E402
from portal.handlers import PortalHandler  # noqa: E402

application = PageCache(
    PortalHandler(), shelf=Shelf(settings.CONTENT_MARK.parent / "pages")
)
Warmer(application).start()
