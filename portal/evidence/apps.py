from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """What keeps evidence: append-only rows, the database's rules, chains."""

    name = "portal.evidence"
    label = "evidence"

    def ready(self) -> None:
        from portal.evidence import checks, receivers  # noqa: F401 - registers both
