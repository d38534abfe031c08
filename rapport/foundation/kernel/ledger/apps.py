"""The Django app `ledger`."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


def _put_guard(connection: Any, **_: Any) -> None:
    from rapport.foundation.kernel.ledger.services.guard import guard

    if guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)


def _let_migrations_pass(**_: Any) -> None:
    from rapport.foundation.kernel.ledger.services.guard import is_migrating

    is_migrating.set()


def _guard_again(**_: Any) -> None:
    from rapport.foundation.kernel.ledger.services.guard import is_migrating

    is_migrating.clear()


class LedgerConfig(AppConfig):
    """Every act and every change."""

    name = "rapport.foundation.kernel.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the guard before every connection."""
        connection_created.connect(_put_guard, dispatch_uid="ledger.guard")
        pre_migrate.connect(_let_migrations_pass, dispatch_uid="ledger.migrating")
        post_migrate.connect(_guard_again, dispatch_uid="ledger.migrated")
