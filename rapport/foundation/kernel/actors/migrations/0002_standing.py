import secrets
from typing import Any

from django.db import migrations, models


def first_word(apps: Any, schema_editor: Any) -> None:
    apps.get_model("actors", "Standing").objects.create(pk=1, word=secrets.token_hex(16))


class Migration(migrations.Migration):
    dependencies = [("actors", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("word", models.CharField(max_length=32)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="one_standing")],
            },
        ),
        migrations.RunPython(first_word, migrations.RunPython.noop),
    ]
