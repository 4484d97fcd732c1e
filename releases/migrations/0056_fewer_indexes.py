import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0055_version_by_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name="release",
            name="slug",
            field=models.SlugField(
                blank=True,
                db_index=False,
                help_text="Readable part of the URL. Earlier ones redirect.",
                max_length=200,
            ),
        ),
        migrations.AlterField(
            model_name="section",
            name="release",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sections",
                to="releases.release",
            ),
        ),
        migrations.AlterField(
            model_name="version",
            name="release",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="releases.release",
            ),
        ),
    ]
