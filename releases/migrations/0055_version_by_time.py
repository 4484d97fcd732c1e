from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0054_long_digests")]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["-at"], name="version_by_time"),
        ),
    ]
