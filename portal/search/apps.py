from django.apps import AppConfig


class SearchConfig(AppConfig):
    """What readers find: one flat table, kept in step with ledger and pages."""

    name = "portal.search"
    label = "search"

    def ready(self) -> None:
        from portal.audit.settings_models import watch
        from portal.search import checks, receivers  # noqa: F401 - registers both
        from portal.search.models import Synonym

        watch(Synonym)
