from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0052_changes_by_release")]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="attempts",
            field=models.PositiveIntegerField(db_default=0, help_text="That failed."),
        ),
        migrations.AddField(
            model_name="announcement",
            name="next_try_at",
            field=models.DateTimeField(help_text="After an attempt that failed.", null=True),
        ),
        migrations.AlterField(
            model_name="announcement",
            name="done_at",
            field=models.DateTimeField(
                help_text="When mails were queued, or it was given up.", null=True
            ),
        ),
    ]
