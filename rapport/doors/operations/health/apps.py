"""The Django app `health`."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Whether all is well, and who is told when it is not."""

    name = "rapport.doors.operations.health"
    label = "health"
    default_auto_field = "django.db.models.BigAutoField"
