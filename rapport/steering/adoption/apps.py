"""The Django app `adoption`."""

from django.apps import AppConfig


class AdoptionConfig(AppConfig):
    """The practice company."""

    name = "rapport.steering.adoption"
    label = "adoption"
    default_auto_field = "django.db.models.BigAutoField"
