"""Add VocabularyWord, with a trigram index if pg_trgm is available, and Likeness."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.apps.registry import Apps
from django.db import DatabaseError, migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Also the remedy that the check releases.W001 names.
TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm; "
    "CREATE INDEX IF NOT EXISTS vocabulary_by_trigrams "
    "ON releases_vocabularyword USING gin (word gin_trgm_ops);"
)


def use_trigrams(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Continue without pg_trgm if the role may not create extensions.

    `manage.py check --database default` then reports it and names the remedy.
    """
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute(TRIGRAMS)
    except DatabaseError as error:
        print(f"\nSearch will suggest no spellings, because pg_trgm cannot be used: {error}")


class Migration(migrations.Migration):
    dependencies = [("releases", "0006_needs_attention")]

    operations = [
        migrations.CreateModel(
            name="VocabularyWord",
            fields=[("word", models.TextField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="likeness",
                        serialize=False,
                        to="releases.release",
                    ),
                ),
                (
                    "others",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="Release ids; the gate still decides.",
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(use_trigrams, migrations.RunPython.noop),
    ]
