from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# What earlier mails were sent for is not known; they named all subscriptions of the address.
SENT_FOR = """
UPDATE releases_receivedrelease received SET subscriptions = ARRAY(
    SELECT id FROM releases_subscription
    WHERE subscriber_id = received.subscriber_id
    AND confirmed_at IS NOT NULL AND ended_at IS NULL
)
"""


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
        migrations.RunSQL(SENT_FOR, migrations.RunSQL.noop),
    ]
