from django.apps import AppConfig


class CacheConfig(AppConfig):
    """Which answers may be kept, for how long, and what makes them old."""

    name = "portal.cache"
    label = "cache"

    def ready(self) -> None:
        from portal.cache import checks, receivers  # noqa: F401 - registers both
