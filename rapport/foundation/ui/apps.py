"""The Django app `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shell, parts, and the machinery of lists and records."""

    name = "rapport.foundation.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
