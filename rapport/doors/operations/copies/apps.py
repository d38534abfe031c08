"""The Django app `copies`."""

from django.apps import AppConfig


class CopiesConfig(AppConfig):
    """Backups, and the proof that they can be read."""

    name = "rapport.doors.operations.copies"
    label = "copies"
    default_auto_field = "django.db.models.BigAutoField"
