from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff users, the table of roles and what it takes to provision them."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Staff accounts"

    def ready(self) -> None:
        from portal.accounts import drift, receivers  # noqa: F401 - registers both
        from portal.accounts.database_rule_texts import conditions
        from portal.evidence.database_rules import register_rules

        register_rules(
            "accounts",
            append_only=["accounts_rolegrant", "accounts_credentialchange"],
            conditions=conditions,
        )
