"""The Django app `capture`."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """What one sentence says happened: who, how, what was promised, by when."""

    name = "rapport.customers.capture"
    label = "capture"
    default_auto_field = "django.db.models.BigAutoField"
