"""Store the authority name in feed ids, so that the ids do not change with the settings.

If releases have numbers, ids with the current settings' name are already public: run this migration
with the site's environment.
"""

from django.db import migrations, models
from django.db.models import Q

from pressroom.infra.site_identity import feed_authority_by_settings

NEVER_CHANGES = """
CREATE FUNCTION releases_refuse_feed_authority_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'feed ids are permanent: they are made with %', OLD.name
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'feed_authority_stays';
END $$;
CREATE TRIGGER feed_authority_stays BEFORE UPDATE OR DELETE ON releases_feedauthority
    FOR EACH ROW EXECUTE FUNCTION releases_refuse_feed_authority_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON releases_feedauthority
    EXECUTE FUNCTION releases_refuse_truncate();
"""
DROP_NEVER_CHANGES = """
DROP TRIGGER never_emptied ON releases_feedauthority;
DROP TRIGGER feed_authority_stays ON releases_feedauthority;
DROP FUNCTION releases_refuse_feed_authority_change();
"""


def store_name_in_use(apps, schema_editor):
    """Store the authority from the settings if any release has a number."""
    if apps.get_model("releases", "Release").objects.exclude(number=None).exists():
        stored = apps.get_model("releases", "FeedAuthority")
        stored.objects.create(name=feed_authority_by_settings())


class Migration(migrations.Migration):
    dependencies = [("releases", "0023_import_outcomes")]

    operations = [
        migrations.CreateModel(
            name="FeedAuthority",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
            ],
            options={
                "verbose_name_plural": "feed authority",
                "constraints": [
                    models.CheckConstraint(condition=Q(id=1), name="one_feed_authority"),
                    models.CheckConstraint(condition=~Q(name=""), name="feed_authority_has_a_name"),
                ],
            },
        ),
        migrations.RunPython(store_name_in_use, migrations.RunPython.noop),
        migrations.RunSQL(NEVER_CHANGES, DROP_NEVER_CHANGES),
    ]
