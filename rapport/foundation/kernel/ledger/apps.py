"""The Django app `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Every act and every change."""

    name = "rapport.foundation.kernel.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
