from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Policies, their approval and the ledger of their versions."""

    name = "policies"

    def ready(self) -> None:
        from policies import (  # noqa: F401 - registers all four
            checks,
            receivers,
            setup_receivers,
            stock_notices,
        )
        from policies.access import may_read_drafts
        from policies.database_rule_texts import APPEND_ONLY_TABLES, conditions
        from policies.documents import is_in_effective_version, reason_to_keep
        from policies.models import RatifyingBody
        from portal.audit.settings_models import watch
        from portal.cache.generation import register_moments
        from portal.evidence.database_rules import register_rules
        from portal.media import access

        register_rules(
            "policies", append_only=APPEND_ONLY_TABLES, conditions=conditions
        )
        register_moments("policies_policyversion", "effective_from")
        register_moments("policies_policyversion", "ratify_by")
        watch(RatifyingBody)
        access.publishers.append(is_in_effective_version)
        access.keepers.append(reason_to_keep)
        access.readers.append(may_read_drafts)
