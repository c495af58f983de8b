from django.apps import AppConfig


class SignInConfig(AppConfig):
    """How staff sign in: allauth with the rules of the house."""

    name = "portal.sign_in"
    label = "sign_in"
    verbose_name = "Sign-in"

    def ready(self) -> None:
        from portal.sign_in import checks, receivers  # noqa: F401 - registers both
