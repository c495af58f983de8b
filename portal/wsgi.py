"""Entry point of web servers."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
django.setup(set_prefix=False)

from portal.handlers import PortalHandler  # noqa: E402 - needs the settings

application = PortalHandler()
