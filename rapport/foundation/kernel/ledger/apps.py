"""The Django app `ledger`."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def _put_guard(connection: Any, **_: Any) -> None:
    from rapport.foundation.kernel.ledger.services.guard import guard

    if guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)


class LedgerConfig(AppConfig):
    """Every act and every change."""

    name = "rapport.foundation.kernel.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the guard before every connection."""
        connection_created.connect(_put_guard, dispatch_uid="ledger.guard")
