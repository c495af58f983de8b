from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """The portal's side of django-cookie-consent."""

    name = "portal.consent"
    label = "consent"
    verbose_name = "Cookie consent"

    def ready(self) -> None:
        from cookie_consent.models import Cookie, CookieGroup

        from portal.audit.settings_models import watch
        from portal.consent import receivers  # noqa: F401 - connects the receivers
        from portal.consent.database_rule_texts import (
            APPEND_ONLY,
            NEVER_EMPTIED,
            conditions,
        )
        from portal.consent.models import BannerWording, GroupProfile, ItemProfile
        from portal.evidence.database_rules import register_rules

        watch(CookieGroup, Cookie, GroupProfile, ItemProfile, BannerWording)
        register_rules(
            "consent",
            append_only=APPEND_ONLY,
            never_emptied=NEVER_EMPTIED,
            conditions=conditions,
        )
