from django.db import migrations

# Compressing it took a tenth of the database's time at an import.
STORE = "ALTER TABLE releases_release ALTER COLUMN body SET STORAGE {how};"


class Migration(migrations.Migration):
    dependencies = [("releases", "0058_change_of_language")]

    operations = [
        migrations.RunSQL(STORE.format(how="EXTERNAL"), STORE.format(how="EXTENDED")),
    ]
