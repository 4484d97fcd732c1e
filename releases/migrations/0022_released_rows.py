"""Triggers: only the actions in releases/publishing may change released rows, not direct SQL.

At the end of each transaction a release on record (approved, withdrawn, removed, blocked) must
equal the snapshot of its last version, whoever wrote to its row, sections or files. Topics are not
compared: renaming or deleting one does not touch its releases.

Later migrations that change such rows must also write versions, or disable these triggers while
they run.
"""

from django.db import migrations

# Release.snapshot() without its topics.
SNAPSHOT = """
CREATE FUNCTION releases_snapshot(of_release bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'number', number, 'slug', slug, 'title', title, 'subtitle', subtitle,
        'date', to_char(date, 'YYYY-MM-DD'), 'dateline', dateline, 'contact', contact,
        'body', body, 'end_mark', end_mark, 'language', language,
        'sections', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'kind', kind, 'heading', heading, 'body', body, 'after_end', after_end
            ) ORDER BY position), '[]') FROM releases_section WHERE release_id = of_release
        )
    ) || coalesce((
        SELECT jsonb_build_object('images', jsonb_agg(jsonb_build_object(
            'key', key, 'sha256', sha256, 'alt', alt, 'decorative', decorative,
            'caption', caption, 'credit', credit, 'rights', rights
        ) ORDER BY position, id)) FROM releases_image WHERE release_id = of_release
        HAVING count(*) > 0
    ), '{}') || coalesce((
        SELECT jsonb_build_object('attachments', jsonb_agg(jsonb_build_object(
            'key', key, 'sha256', sha256, 'title', title, 'name', name
        ) ORDER BY position, id)) FROM releases_attachment WHERE release_id = of_release
        HAVING count(*) > 0
    ), '{}')
    FROM releases_release WHERE id = of_release
$$;
"""
DROP_SNAPSHOT = "DROP FUNCTION releases_snapshot(bigint);"

CONTRADICTION = """
-- Returns an error sentence if a release on record differs from its last version, else NULL.
CREATE FUNCTION releases_contradiction(of_release bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    release record;
    latest record;
    printed jsonb;
    differing text;
BEGIN
    SELECT coalesce(number, 'without a number') AS number, status INTO release
        FROM releases_release WHERE id = of_release;
    IF NOT FOUND OR release.status IN ('draft', 'in_review') THEN
        RETURN NULL;
    END IF;
    SELECT number, kind, snapshot - 'topics' AS snapshot INTO latest
        FROM releases_version WHERE release_id = of_release ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN format('Release %s is %s and has no version.', release.number, release.status);
    END IF;
    IF (release.status = 'approved') = (latest.kind = 'withdrawal') THEN
        RETURN format('Release %s is %s, but its last version, %s, is of the kind %s.',
            release.number, release.status, latest.number, latest.kind);
    END IF;
    printed := releases_snapshot(of_release);
    IF printed = latest.snapshot THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(key, ', ' ORDER BY key) INTO differing
        FROM jsonb_each(printed) now FULL JOIN jsonb_each(latest.snapshot) said USING (key)
        WHERE now.value IS DISTINCT FROM said.value;
    RETURN format('Release %s does not read as its last version, %s, in its %s.',
        release.number, latest.number, differing);
END $$;
"""
DROP_CONTRADICTION = "DROP FUNCTION releases_contradiction(bigint);"

CHANGE_BY_ACTIONS = """
CREATE FUNCTION releases_refuse_contradiction(of_release bigint) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    contradiction text := releases_contradiction(of_release);
BEGIN
    IF contradiction IS NOT NULL THEN
        RAISE EXCEPTION '% What was released changes by the actions of publishing alone.',
            contradiction
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'released_reads_as_its_version';
    END IF;
END $$;

CREATE FUNCTION releases_check_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM releases_refuse_contradiction(NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER released_reads_as_its_version_new
    AFTER INSERT ON releases_release DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status NOT IN ('draft', 'in_review'))
    EXECUTE FUNCTION releases_check_release();
CREATE CONSTRAINT TRIGGER released_reads_as_its_version
    AFTER UPDATE ON releases_release DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (
        NEW.status NOT IN ('draft', 'in_review')
        AND (
            OLD.number, OLD.slug, OLD.title, OLD.subtitle, OLD.date, OLD.dateline, OLD.contact,
            OLD.body, OLD.end_mark, OLD.language, OLD.status
        ) IS DISTINCT FROM (
            NEW.number, NEW.slug, NEW.title, NEW.subtitle, NEW.date, NEW.dateline, NEW.contact,
            NEW.body, NEW.end_mark, NEW.language, NEW.status
        )
    ) EXECUTE FUNCTION releases_check_release();

CREATE FUNCTION releases_check_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM releases_refuse_contradiction(NEW.release_id);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM releases_refuse_contradiction(OLD.release_id);
    END IF;
    RETURN NULL;
END $$;
"""
DROP_CHANGE_BY_ACTIONS = """
DROP TRIGGER released_reads_as_its_version_new ON releases_release;
DROP TRIGGER released_reads_as_its_version ON releases_release;
DROP FUNCTION releases_check_release();
DROP FUNCTION releases_check_part();
DROP FUNCTION releases_refuse_contradiction(bigint);
"""

RELEASED_STAYS = """
CREATE FUNCTION releases_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'release % has a permanent number: it is withdrawn, not deleted', OLD.number
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'numbered_release_stays';
END $$;
CREATE TRIGGER numbered_release_stays BEFORE DELETE ON releases_release
    FOR EACH ROW WHEN (OLD.number IS NOT NULL) EXECUTE FUNCTION releases_refuse_deletion();

CREATE FUNCTION releases_refuse_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'release % may have been public since %: it is withdrawn, never a draft again',
        OLD.number, OLD.release_at
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'released_is_never_a_draft';
END $$;
-- now() is the transaction's start, as in moment_is_kept: a recall that started before the release
-- time succeeds.
CREATE TRIGGER released_is_never_a_draft BEFORE UPDATE OF status ON releases_release
    FOR EACH ROW WHEN (
        OLD.status NOT IN ('draft', 'in_review') AND NEW.status IN ('draft', 'in_review')
        AND OLD.release_at <= now()
    ) EXECUTE FUNCTION releases_refuse_draft();
"""
DROP_RELEASED_STAYS = """
DROP TRIGGER numbered_release_stays ON releases_release;
DROP FUNCTION releases_refuse_deletion();
DROP TRIGGER released_is_never_a_draft ON releases_release;
DROP FUNCTION releases_refuse_draft();
"""

REFUSE_TRUNCATE = """
CREATE FUNCTION releases_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the archive is permanent: % is never emptied', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'never_emptied';
END $$;
"""
DROP_REFUSE_TRUNCATE = "DROP FUNCTION releases_refuse_truncate();"
PARTS = ("releases_section", "releases_image", "releases_attachment")
NEVER_EMPTIED = (
    *PARTS,
    *("releases_release", "releases_release_topics", "releases_version", "releases_auditline"),
    *("releases_topic", "releases_legacyurl", "releases_numberseries"),
    *("releases_previewlink", "releases_previewuse", "releases_proposedcorrection"),
)


def check_part(table: str) -> migrations.RunSQL:
    """Check the release of each changed row of the table at the transaction's end."""
    return migrations.RunSQL(
        f"""
        CREATE CONSTRAINT TRIGGER released_reads_as_its_version
            AFTER INSERT OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION releases_check_part();
        CREATE CONSTRAINT TRIGGER released_reads_as_its_version_changed
            AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
            EXECUTE FUNCTION releases_check_part();
        """,
        f"""
        DROP TRIGGER released_reads_as_its_version ON {table};
        DROP TRIGGER released_reads_as_its_version_changed ON {table};
        """,
    )


def refuse_truncate(table: str) -> migrations.RunSQL:
    """Refuse TRUNCATE of the table."""
    return migrations.RunSQL(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "EXECUTE FUNCTION releases_refuse_truncate();",
        f"DROP TRIGGER never_emptied ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("releases", "0021_bounded_lines")]

    operations = [
        migrations.RunSQL(SNAPSHOT, DROP_SNAPSHOT),
        migrations.RunSQL(CONTRADICTION, DROP_CONTRADICTION),
        migrations.RunSQL(CHANGE_BY_ACTIONS, DROP_CHANGE_BY_ACTIONS),
        *map(check_part, PARTS),
        migrations.RunSQL(RELEASED_STAYS, DROP_RELEASED_STAYS),
        migrations.RunSQL(REFUSE_TRUNCATE, DROP_REFUSE_TRUNCATE),
        *map(refuse_truncate, NEVER_EMPTIED),
    ]
