"""Trigger: only publishing actions may change the topics of releases on record.

Renaming or deleting a topic does not touch its releases: their last versions still contain its old
slug, which is allowed. So a release is compared only when it gets a topic, or loses one that still
exists.
"""

from django.db import migrations

REFUSE_OTHER_TOPICS = """
CREATE FUNCTION releases_refuse_other_topics(of_release bigint, is_new boolean) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    release record;
    filed text[] := array(
        SELECT slug FROM releases_topic topic JOIN releases_release_topics filing
            ON filing.topic_id = topic.id WHERE filing.release_id = of_release
    );
    said text[] := array(
        SELECT jsonb_array_elements_text(snapshot->'topics') FROM releases_version
            WHERE id = (SELECT id FROM releases_version WHERE release_id = of_release
                ORDER BY number DESC LIMIT 1)
    );
    former text[];
BEGIN
    SELECT number, status INTO release FROM releases_release WHERE id = of_release;
    IF NOT FOUND OR release.status IN ('draft', 'in_review') OR (filed <@ said AND said <@ filed)
    THEN
        RETURN;
    END IF;
    -- A restored release may have topics that were renamed after its last version; withdrawn
    -- releases could formerly be given topics without a new version.
    former := array(SELECT slug FROM unnest(said) slug
        WHERE slug NOT IN (SELECT slug FROM releases_topic));
    IF is_new AND (release.status <> 'approved' OR (
        said <@ (filed || former)
        AND cardinality(array(SELECT unnest(filed) EXCEPT SELECT unnest(said)))
            <= cardinality(former)
    )) THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'Release % does not read as its last version in its topics. What was released '
        'changes by the actions of publishing alone.', coalesce(release.number, 'without a number')
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = 'released_reads_as_its_version';
END $$;

CREATE FUNCTION releases_check_topics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM releases_refuse_other_topics(NEW.release_id, TG_OP = 'INSERT');
    END IF;
    IF TG_OP <> 'INSERT' AND EXISTS (SELECT FROM releases_topic WHERE id = OLD.topic_id) THEN
        PERFORM releases_refuse_other_topics(OLD.release_id, false);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER released_reads_as_its_version
    AFTER INSERT OR UPDATE OR DELETE ON releases_release_topics DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION releases_check_topics();
"""
DROP_REFUSE_OTHER_TOPICS = """
DROP TRIGGER released_reads_as_its_version ON releases_release_topics;
DROP FUNCTION releases_check_topics();
DROP FUNCTION releases_refuse_other_topics(bigint, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0024_feed_authority")]

    operations = [migrations.RunSQL(REFUSE_OTHER_TOPICS, DROP_REFUSE_OTHER_TOPICS)]
