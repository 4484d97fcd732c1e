"""Log of public changes that names the releases whose pages may show each change."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

RECORD = """
-- The pages of these releases changed, and every list; NULL stands for every page. Moments: release
-- times at which a release appeared or disappeared, because its neighbors link to it.
CREATE FUNCTION releases_record_change_of(changed bigint[], changed_moments timestamptz[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    max_rows CONSTANT integer := 64;  -- of a transaction; the last one stands for every page
    current_xid CONSTANT text := pg_current_xact_id()::text;
    -- Transaction, number of rows, releases of the last row. A savepoint that is rolled back takes
    -- the setting and the rows along.
    recorded CONSTANT text[] := string_to_array(current_setting('pressroom.recorded', true), ' ');
    row_count integer := 0;
    new_id bigint;
BEGIN
    IF recorded[1] = current_xid THEN
        row_count := recorded[2]::integer;
        IF row_count >= max_rows OR (
            changed <@ recorded[3]::bigint[] AND coalesce(cardinality(changed_moments), 0) = 0
        ) THEN
            RETURN;
        END IF;
    END IF;
    row_count := row_count + 1;
    IF row_count = max_rows OR cardinality(changed) > max_rows THEN
        changed := NULL;
    END IF;
    INSERT INTO releases_publicchange (xid, releases, moments)
    VALUES (current_xid::bigint, changed, changed_moments) RETURNING id INTO new_id;
    PERFORM set_config('pressroom.recorded', format(
        '%s %s %s', current_xid,
        CASE WHEN changed IS NULL THEN max_rows ELSE row_count END, coalesce(changed, '{}')
    ), true);
    -- Bounded: readers count these rows. A deletion becomes visible with a row that was never
    -- visible before, so that late commits cannot restore an earlier state of the log. Locked rows
    -- are left to the next time.
    IF new_id % 512 = 0 THEN
        DELETE FROM releases_publicchange WHERE id IN (
            SELECT id FROM releases_publicchange WHERE id < new_id - 512 FOR UPDATE SKIP LOCKED
        );
    END IF;
END $$;

-- No page of a release shows the row, only lists and searches do.
CREATE FUNCTION releases_row_is_change_of_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM releases_record_change_of('{}', '{}');
    RETURN NULL;
END $$;

CREATE FUNCTION releases_release_is_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[] := '{}';
    moments timestamptz[] := '{}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        changed := ARRAY[OLD.id, OLD.translation_of_id, OLD.successor_id];
        moments := ARRAY[OLD.release_at];
    END IF;
    IF TG_OP <> 'DELETE' THEN
        changed := changed || ARRAY[NEW.id, NEW.translation_of_id, NEW.successor_id];
        moments := moments || NEW.release_at;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = NEW.status
        AND OLD.release_at IS NOT DISTINCT FROM NEW.release_at
    THEN
        moments := '{}';
    END IF;
    PERFORM releases_record_change_of(array_remove(changed, NULL), array_remove(moments, NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION releases_part_is_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_releases bigint[] := '{}';
    new_releases bigint[] := '{}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT coalesce(array_agg(DISTINCT release_id), '{}') INTO old_releases
        FROM old_rows JOIN releases_release ON releases_release.id = release_id
        WHERE status NOT IN ('draft', 'in_review');
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT coalesce(array_agg(DISTINCT release_id), '{}') INTO new_releases
        FROM new_rows JOIN releases_release ON releases_release.id = release_id
        WHERE status NOT IN ('draft', 'in_review');
    END IF;
    IF cardinality(old_releases || new_releases) > 0 THEN
        PERFORM releases_record_change_of(old_releases || new_releases, '{}');
    END IF;
    RETURN NULL;
END $$;
"""

CREATE_TRIGGERS = """
DROP TRIGGER public_insert ON releases_release;
DROP TRIGGER public_update ON releases_release;
DROP TRIGGER public_delete ON releases_release;
CREATE TRIGGER public_insert AFTER INSERT ON releases_release
    FOR EACH ROW WHEN (NEW.status NOT IN ('draft', 'in_review'))
    EXECUTE FUNCTION {function}();
CREATE TRIGGER public_update AFTER UPDATE ON releases_release
    FOR EACH ROW WHEN (
        OLD.status NOT IN ('draft', 'in_review') OR NEW.status NOT IN ('draft', 'in_review')
    ) EXECUTE FUNCTION {function}();
CREATE TRIGGER public_delete AFTER DELETE ON releases_release
    FOR EACH ROW WHEN (OLD.status NOT IN ('draft', 'in_review'))
    EXECUTE FUNCTION {function}();
"""
CREATE_TRIGGERS_OF_SEARCH = """
DROP TRIGGER {trigger} ON releases_{table};
CREATE TRIGGER {trigger} AFTER {events} ON releases_{table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
"""
ANY = "INSERT OR UPDATE OR DELETE"
SEARCH = (
    *(("searchchange", "public_delete", "DELETE"), ("vocabularyword", "public_change", ANY)),
    *(("synonym", "public_change", ANY), ("pinnedresult", "public_change", ANY)),
)


def triggers(of_releases: str, of_search: str) -> str:
    """Return the SQL for triggers that call these functions."""
    return CREATE_TRIGGERS.format(function=of_releases) + "".join(
        CREATE_TRIGGERS_OF_SEARCH.format(
            table=table, trigger=trigger, events=events, function=of_search
        )
        for table, trigger, events in SEARCH
    )


EARLIER = """
CREATE OR REPLACE FUNCTION releases_part_is_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_released boolean := false;
    is_released boolean := false;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT EXISTS (
            SELECT FROM old_rows JOIN releases_release ON releases_release.id = release_id
            WHERE status NOT IN ('draft', 'in_review')
        ) INTO was_released;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT EXISTS (
            SELECT FROM new_rows JOIN releases_release ON releases_release.id = release_id
            WHERE status NOT IN ('draft', 'in_review')
        ) INTO is_released;
    END IF;
    IF was_released OR is_released THEN
        PERFORM releases_record_public_change();
    END IF;
    RETURN NULL;
END $$;
DROP FUNCTION releases_release_is_public_change;
DROP FUNCTION releases_row_is_change_of_lists;
DROP FUNCTION releases_record_change_of;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0051_received_subscriptions")]

    operations = [
        migrations.AddField(
            model_name="publicchange",
            name="moments",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateTimeField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="publicchange",
            name="releases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
        migrations.RunSQL(RECORD, EARLIER),
        migrations.RunSQL(
            triggers("releases_release_is_public_change", "releases_row_is_change_of_lists"),
            triggers("releases_row_is_public_change", "releases_row_is_public_change"),
        ),
    ]
