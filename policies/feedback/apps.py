from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What readers say about pages, and what staff do with it."""

    name = "policies.feedback"
