from django.db import migrations

# Compressing them took a fifth of the database's time at an import.
STORE = """
ALTER TABLE releases_version ALTER COLUMN snapshot SET STORAGE {how};
ALTER TABLE releases_release ALTER COLUMN source_text SET STORAGE {how};
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0056_fewer_indexes")]

    operations = [
        migrations.RunSQL(STORE.format(how="EXTERNAL"), STORE.format(how="EXTENDED")),
    ]
