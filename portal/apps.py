from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site itself: its commands, checks, static files and template tags."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import (  # noqa: F401 - registers system checks and receivers
            checks,
            purging,
        )
        from portal.content_policy import give_choosers_a_nonce
        from portal.edits.wagtails_forms import compare_in_wagtails_forms

        give_choosers_a_nonce()
        compare_in_wagtails_forms()
