"""Triggers: what is public of a release besides its versions changes only with an audit entry.

Release time, status, its reason, successor and translation are not part of a version. Old
addresses of numbered releases cannot be changed or deleted.
"""

from __future__ import annotations

from django.db import migrations

CHANGES_ON_RECORD = """
CREATE FUNCTION releases_check_audited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Savepoints have later transaction ids than the transaction itself.
    IF NOT EXISTS (
        SELECT FROM releases_auditline
        WHERE release_id = NEW.id AND age(xmin) <= age(pg_current_xact_id()::xid)
    ) THEN
        RAISE EXCEPTION 'Release % changed without an audit entry. Released content can be '
            'changed only through releases.publishing.', coalesce(NEW.number, 'without a number')
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'released_changes_are_audited';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER released_changes_are_audited
    AFTER UPDATE ON releases_release DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        OLD.status NOT IN ('draft', 'in_review')
        AND (
            OLD.release_at, OLD.status, OLD.status_reason, OLD.title_withheld,
            OLD.successor_id, OLD.translation_of_id
        ) IS DISTINCT FROM (
            NEW.release_at, NEW.status, NEW.status_reason, NEW.title_withheld,
            NEW.successor_id, NEW.translation_of_id
        )
    ) EXECUTE FUNCTION releases_check_audited();
"""
DROP_CHANGES_ON_RECORD = """
DROP TRIGGER released_changes_are_audited ON releases_release;
DROP FUNCTION releases_check_audited();
"""

LEGACY_URLS_STAY = """
CREATE FUNCTION releases_check_legacy_url() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM releases_release WHERE id = OLD.release_id AND number IS NOT NULL) THEN
        RAISE EXCEPTION 'the old address % leads to a release with a number: it cannot be changed '
            'or deleted', OLD.url
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'legacy_urls_stay';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER legacy_urls_stay BEFORE UPDATE OR DELETE ON releases_legacyurl
    FOR EACH ROW EXECUTE FUNCTION releases_check_legacy_url();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON releases_topicredirect
    EXECUTE FUNCTION releases_refuse_truncate();
"""
DROP_LEGACY_URLS_STAY = """
DROP TRIGGER legacy_urls_stay ON releases_legacyurl;
DROP FUNCTION releases_check_legacy_url();
DROP TRIGGER never_emptied ON releases_topicredirect;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0034_topic_redirects")]

    operations = [
        migrations.RunSQL(CHANGES_ON_RECORD, DROP_CHANGES_ON_RECORD),
        migrations.RunSQL(LEGACY_URLS_STAY, DROP_LEGACY_URLS_STAY),
    ]
