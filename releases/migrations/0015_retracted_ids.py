"""An index of the ids that may have been public and are not: a search on a cluster reads them."""

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
