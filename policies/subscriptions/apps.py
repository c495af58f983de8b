from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Readers who are told by e-mail when policies change."""

    name = "policies.subscriptions"

    def ready(self) -> None:
        from policies.subscriptions import receivers  # noqa: F401 - registers them
