"""Store import outcomes, so that resubmitting the form shows the same one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0022_released_rows")]

    operations = [
        migrations.AddField(
            model_name="sentform",
            name="outcome",
            field=models.JSONField(
                help_text="Of an import, a list of what became of each record; null before.",
                null=True,
            ),
        ),
    ]
