"""The Django app `records`."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Record types, declared once."""

    name = "rapport.foundation.kernel.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
