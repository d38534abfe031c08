"""The Django app `records`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RecordsConfig(AppConfig):
    """Record types, declared once."""

    name = "rapport.foundation.kernel.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read the manifest of every app: what it offers the rest."""
        autodiscover_modules("manifest")
