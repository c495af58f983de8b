from django.apps import AppConfig


class HeartbeatsConfig(AppConfig):
    """When each regular job last came to its end."""

    name = "portal.heartbeats"
    label = "heartbeats"
    verbose_name = "Regular jobs"
