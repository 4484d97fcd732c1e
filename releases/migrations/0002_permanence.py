"""Triggers that make versions append-only and numbers permanent, even against buggy code."""

from django.db import migrations

VERSIONS_ARE_APPEND_ONLY = """
CREATE FUNCTION releases_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions are append-only: version % of release % stays as it is',
        OLD.number, OLD.release_id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'versions_are_append_only';
END $$;
CREATE TRIGGER versions_are_append_only BEFORE DELETE ON releases_version
    FOR EACH ROW EXECUTE FUNCTION releases_refuse_version_change();
-- An UPDATE that changes nothing is allowed, so that a fixture can be loaded twice.
CREATE TRIGGER versions_stay_as_written BEFORE UPDATE ON releases_version
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION releases_refuse_version_change();
"""
DROP_VERSIONS_ARE_APPEND_ONLY = """
DROP TRIGGER versions_are_append_only ON releases_version;
DROP TRIGGER versions_stay_as_written ON releases_version;
DROP FUNCTION releases_refuse_version_change();
"""

NUMBER_IS_PERMANENT = """
CREATE FUNCTION releases_refuse_number_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'numbers are permanent: % can not become %',
        OLD.number, coalesce(NEW.number, 'none')
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'number_is_permanent';
END $$;
CREATE TRIGGER number_is_permanent BEFORE UPDATE OF number ON releases_release
    FOR EACH ROW WHEN (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number)
    EXECUTE FUNCTION releases_refuse_number_change();
"""
DROP_NUMBER_IS_PERMANENT = """
DROP TRIGGER number_is_permanent ON releases_release;
DROP FUNCTION releases_refuse_number_change();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial")]

    operations = [
        migrations.RunSQL(VERSIONS_ARE_APPEND_ONLY, DROP_VERSIONS_ARE_APPEND_ONLY),
        migrations.RunSQL(NUMBER_IS_PERMANENT, DROP_NUMBER_IS_PERMANENT),
    ]
