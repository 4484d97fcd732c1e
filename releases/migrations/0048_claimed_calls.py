from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("releases", "0047_office_color")]

    operations = [
        migrations.AddField(
            model_name="outgoingcall",
            name="claimed_until",
            field=models.DateTimeField(
                help_text="Until then, no other worker makes this call.", null=True
            ),
        ),
        migrations.AddField(
            model_name="receivedrelease",
            name="subscriptions",
            field=ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
    ]
