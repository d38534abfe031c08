"""The word index: FTS5 without content on SQLite, a generated tsvector with GIN on PostgreSQL.

Words come folded from one Python function, so the databases only split at spaces. Tamil's vowel signs are Mc and Mn;
unicode61 would split at them."""

from typing import ClassVar

from django.db import migrations

SQLITE = """CREATE VIRTUAL TABLE search_words USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co So'")"""
POSTGRESQL = (
    "ALTER TABLE search_document ADD COLUMN tokens tsvector "
    "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED",
    "CREATE INDEX search_tokens ON search_document USING gin (tokens)",
)


def forwards(apps, schema_editor):  # noqa: D103
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else (SQLITE,):
        schema_editor.execute(statement)


def backwards(apps, schema_editor):  # noqa: D103
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_document DROP COLUMN tokens")
    else:
        schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):
    """Words."""

    dependencies: ClassVar = [("search", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
