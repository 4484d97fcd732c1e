from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0041_redirects"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="topics",
            field=models.JSONField(default=list, help_text="Ids of the topics that it created."),
        ),
    ]
