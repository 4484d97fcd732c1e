"""Partial index of the drafts that need review."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0005_searchchange_since")]

    operations = [
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                fields=["-updated_at", "-id"],
                name="release_needs_attention",
                condition=models.Q(status="draft")
                & (
                    ~models.Q(import_warnings=[]) | models.Q(date__isnull=True) | models.Q(title="")
                ),
            ),
        ),
    ]
