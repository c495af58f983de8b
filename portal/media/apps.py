from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Pictures and documents of the site."""

    name = "portal.media"
    label = "media"
    verbose_name = "Media"

    def ready(self) -> None:
        from wagtail.models import Collection

        from portal.audit.settings_models import watch
        from portal.media import receivers  # noqa: F401 - connects the receivers

        watch(Collection)
