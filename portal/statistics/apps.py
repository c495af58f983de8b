from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """How often each kind of page is read: a number for each day, and no more."""

    name = "portal.statistics"
    label = "statistics"
    verbose_name = "Page statistics"

    def ready(self) -> None:
        from portal.statistics import checks  # noqa: F401 - registers the checks
