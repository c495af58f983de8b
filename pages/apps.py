from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Home, treatments and information pages."""

    name = "pages"

    def ready(self) -> None:
        from pages import receivers  # noqa: F401 - connects the receivers
        from pages.documents import is_on_live_page, reason_to_keep
        from portal.media import access

        access.publishers.append(is_on_live_page)
        access.keepers.append(reason_to_keep)
        self.watch_settings()

    def watch_settings(self) -> None:
        """What the audit log keeps with the values from before."""
        from wagtail.contrib.redirects.models import Redirect
        from wagtail.models import Site

        from pages.models import SiteBrand, Specialty
        from portal.audit.settings_models import watch

        watch(SiteBrand, Specialty, Site, Redirect)
