"""Production, where the command that loads the sample content may run."""

from portal.settings.production import *  # noqa: F403

SAMPLE_ACCOUNTS_ALLOWED = True
