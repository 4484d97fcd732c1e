from django.db import migrations

BATCH = 10_000  # rows in a transaction
# What earlier mails were sent for is not known; they named all subscriptions of the address.
SENT_FOR = """
UPDATE releases_receivedrelease received SET subscriptions = ARRAY(
    SELECT id FROM releases_subscription
    WHERE subscriber_id = received.subscriber_id
    AND confirmed_at IS NOT NULL AND ended_at IS NULL
)
WHERE id >= %s AND id < %s AND subscriptions = '{}'
"""


def name_subscriptions(apps, schema_editor):
    """Name the subscriptions in batches, so that mail goes on meanwhile."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM releases_receivedrelease")
        first, last = cursor.fetchone()
        for start in range(first or 0, (last or -1) + 1, BATCH):
            cursor.execute(SENT_FOR, [start, start + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("releases", "0050_press_lists")]

    operations = [migrations.RunPython(name_subscriptions, migrations.RunPython.noop)]
