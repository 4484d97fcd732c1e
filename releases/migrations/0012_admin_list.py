"""Indexes of the admin's list of releases: by change, and by trigrams if pg_trgm is available."""

from django.apps.registry import Apps
from django.db import DatabaseError, migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Also part of the remedy that the check releases.W001 names. The expressions are those of Django's
# icontains; the admin searches number OR title, so the index needs both columns.
TRIGRAMS = (
    "CREATE INDEX IF NOT EXISTS release_by_trigrams ON releases_release "
    "USING gin (upper(number::text) gin_trgm_ops, upper(title) gin_trgm_ops);"
)


def use_trigrams(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the index if pg_trgm exists (0007 tries to install it)."""
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute(TRIGRAMS)
    except DatabaseError as error:
        print(f"\nThe admin's search will scan all titles, because pg_trgm cannot be used: {error}")


class Migration(migrations.Migration):
    dependencies = [("releases", "0011_paragraph_numbers")]

    operations = [
        migrations.AddIndex(
            model_name="release",
            index=models.Index(fields=["-updated_at", "-id"], name="release_by_change"),
        ),
        migrations.RunPython(
            use_trigrams,
            lambda apps, editor: editor.execute("DROP INDEX IF EXISTS release_by_trigrams"),
        ),
    ]
