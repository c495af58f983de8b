from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what and when: the log of staff acts and the chain that seals it."""

    name = "portal.audit"
    label = "audit"
    verbose_name = "Audit log"

    def ready(self) -> None:
        from portal.audit import receivers  # noqa: F401 - connects the receivers
        from portal.evidence.database_rules import register_rules

        register_rules("audit", append_only=["audit_auditentry", "audit_auditseal"])
