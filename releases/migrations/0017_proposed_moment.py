"""Add the release time that a source or a recalled approval proposes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0016_similarity_error")]

    operations = [
        migrations.AddField(
            model_name="release",
            name="proposed_release_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
