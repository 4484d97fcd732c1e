from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0053_announcement_attempts")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="since",
            field=models.DateField(help_text="First printed date in a digest.", null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="until",
            field=models.DateField(help_text="Last printed date in a digest.", null=True),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="rest",
            field=models.PositiveIntegerField(
                db_default=0,
                help_text="News of a digest that its last mail counts and does not hold.",
            ),
        ),
    ]
