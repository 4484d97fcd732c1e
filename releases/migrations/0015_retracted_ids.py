"""Index of the ids of releases no longer approved, which every OpenSearch query excludes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0014_kept_moments")]

    operations = [
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                fields=["id"],
                name="release_retracted",
                condition=~models.Q(status="approved") & models.Q(release_at__isnull=False),
            ),
        ),
    ]
