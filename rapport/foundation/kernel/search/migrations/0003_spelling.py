"""The spelling of the words in the index, what was stirred, and by which format the index is made.

`search_spelling` leads from what is left of a word when a letter is left out to the word: the same plain table on both
databases. An index of before has no standing: the worker makes it anew."""

from typing import ClassVar

from django.db import migrations, models

SQLITE = (
    "CREATE TABLE search_spelling (slip text NOT NULL, word text NOT NULL, PRIMARY KEY (slip, word)) WITHOUT ROWID",
    "CREATE INDEX search_spelling_word ON search_spelling (word)",
)
POSTGRESQL = (
    'CREATE TABLE search_spelling (slip text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, '
    "PRIMARY KEY (slip, word))",
    "CREATE INDEX search_spelling_word ON search_spelling (word)",
)


def forwards(apps, schema_editor):  # noqa: D103
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):  # noqa: D103
    schema_editor.execute("DROP TABLE search_spelling")


class Migration(migrations.Migration):
    """Spelling."""

    dependencies: ClassVar = [("search", "0002_words")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Stirred",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("came", models.TextField(blank=True)),
                ("went", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("format", models.PositiveIntegerField(default=0)),
                ("record_type", models.CharField(blank=True, max_length=40)),
                ("after", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_search_standing")
                ],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
