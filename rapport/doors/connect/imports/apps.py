"""The Django app `imports`."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Address books coming in."""

    name = "rapport.doors.connect.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"
