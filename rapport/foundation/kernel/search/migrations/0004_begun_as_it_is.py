"""An index that is begun by this code needs no making anew by it."""

from typing import Any

from django.db import migrations

from rapport.foundation.kernel.search.rules import FORMAT


def begin(apps: Any, editor: Any) -> None:
    """Say which format an empty index has."""
    if not apps.get_model("search", "Document").objects.exists():
        apps.get_model("search", "Standing").objects.get_or_create(pk=1, defaults={"format": FORMAT})


class Migration(migrations.Migration):
    dependencies = [("search", "0003_spelling")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
