from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Policies, their approval and the ledger of their versions."""

    name = "policies"

    def ready(self) -> None:
        from policies import (  # noqa: F401 - registers all three
            checks,
            receivers,
            stock_notices,
        )
        from policies.documents import is_in_effective_version, reason_to_keep
        from portal.media import access

        access.publishers.append(is_in_effective_version)
        access.keepers.append(reason_to_keep)
