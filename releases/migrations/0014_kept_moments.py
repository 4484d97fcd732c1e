"""Trigger: a release time that has passed cannot be removed."""

from django.db import migrations

MOMENT_IS_KEPT = """
CREATE FUNCTION releases_refuse_moment_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'release % may have been public since %: it keeps a moment of release',
        OLD.number, OLD.release_at
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'moment_is_kept';
END $$;
-- now() is the transaction's start: a recall that started before the release time succeeds.
CREATE TRIGGER moment_is_kept BEFORE UPDATE OF release_at ON releases_release
    FOR EACH ROW WHEN (OLD.release_at <= now() AND NEW.release_at IS NULL)
    EXECUTE FUNCTION releases_refuse_moment_loss();
"""
DROP_MOMENT_IS_KEPT = """
DROP TRIGGER moment_is_kept ON releases_release;
DROP FUNCTION releases_refuse_moment_loss();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0013_uploads")]

    operations = [migrations.RunSQL(MOMENT_IS_KEPT, DROP_MOMENT_IS_KEPT)]
