"""Where an act's two numbers come from on PostgreSQL; SQLite counts in rows that make themselves."""

from typing import ClassVar

from django.db import migrations

NAMES = ("act", "seq")


def forwards(apps, schema_editor):  # noqa: D103
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"CREATE SEQUENCE ledger_{name}_number CACHE 1")


def backwards(apps, schema_editor):  # noqa: D103
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"DROP SEQUENCE ledger_{name}_number")


class Migration(migrations.Migration):
    """Counters."""

    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
