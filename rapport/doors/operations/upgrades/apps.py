"""The Django app `upgrades`."""

from django.apps import AppConfig


class UpgradesConfig(AppConfig):
    """Another version of Rapport in the place of this one, and the way back."""

    name = "rapport.doors.operations.upgrades"
    label = "upgrades"
    default_auto_field = "django.db.models.BigAutoField"
