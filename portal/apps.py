from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site itself: its commands, checks, static files and template tags."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401 - registers the system checks
        from portal.content_policy import give_choosers_a_nonce

        give_choosers_a_nonce()
