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
        from portal.consent.models import GroupProfile, ItemProfile

        watch(CookieGroup, Cookie, GroupProfile, ItemProfile)
