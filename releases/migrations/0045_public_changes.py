"""Log of the transactions that changed what public pages show, written by triggers.

Cached responses are served while the log is unchanged. A later table joins it with
`CALL releases_watch_rows('releases_table')`.
"""

from __future__ import annotations

from django.db import migrations, models

RECORD = """
CREATE FUNCTION releases_record_public_change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    current_xid CONSTANT text := pg_current_xact_id()::text;
    new_id bigint;
BEGIN
    -- One row per transaction. A savepoint that is rolled back takes the setting and the row along.
    IF current_setting('pressroom.recorded_xid', true) = current_xid THEN
        RETURN;
    END IF;
    INSERT INTO releases_publicchange (xid) VALUES (current_xid::bigint) RETURNING id INTO new_id;
    PERFORM set_config('pressroom.recorded_xid', current_xid, true);
    -- Bounded: readers count these rows. More are deleted at once than transactions are open, so
    -- that late commits cannot restore an earlier count. Locked rows are left to the next time.
    IF new_id % 512 = 0 THEN
        DELETE FROM releases_publicchange WHERE id IN (
            SELECT id FROM releases_publicchange WHERE id < new_id - 512 FOR UPDATE SKIP LOCKED
        );
    END IF;
END $$;

CREATE FUNCTION releases_row_is_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM releases_record_public_change();
    RETURN NULL;
END $$;

CREATE FUNCTION releases_part_is_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Every change of the table's rows shows.
CREATE PROCEDURE releases_watch_rows(watched regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER public_change AFTER INSERT OR UPDATE OR DELETE ON %s '
        'FOR EACH ROW EXECUTE FUNCTION releases_row_is_public_change()', watched);
END $$;

-- A change of the table's rows shows if their release has left the drafts.
CREATE PROCEDURE releases_watch_parts(watched regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER public_insert AFTER INSERT ON %s '
        'REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION releases_part_is_public_change()', watched);
    EXECUTE format('CREATE TRIGGER public_update AFTER UPDATE ON %s '
        'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION releases_part_is_public_change()', watched);
    EXECUTE format('CREATE TRIGGER public_delete AFTER DELETE ON %s '
        'REFERENCING OLD TABLE AS old_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION releases_part_is_public_change()', watched);
END $$;

CREATE TRIGGER public_insert AFTER INSERT ON releases_release
    FOR EACH ROW WHEN (NEW.status NOT IN ('draft', 'in_review'))
    EXECUTE FUNCTION releases_row_is_public_change();
CREATE TRIGGER public_update AFTER UPDATE ON releases_release
    FOR EACH ROW WHEN (
        OLD.status NOT IN ('draft', 'in_review') OR NEW.status NOT IN ('draft', 'in_review')
    ) EXECUTE FUNCTION releases_row_is_public_change();
CREATE TRIGGER public_delete AFTER DELETE ON releases_release
    FOR EACH ROW WHEN (OLD.status NOT IN ('draft', 'in_review'))
    EXECUTE FUNCTION releases_row_is_public_change();
-- An outbox row is deleted once the index shows its change; adding one shows nothing yet.
CREATE TRIGGER public_delete AFTER DELETE ON releases_searchchange
    FOR EACH ROW EXECUTE FUNCTION releases_row_is_public_change();
"""
DROP_RECORD = """
DROP TRIGGER public_delete ON releases_searchchange;
DROP TRIGGER public_delete ON releases_release;
DROP TRIGGER public_update ON releases_release;
DROP TRIGGER public_insert ON releases_release;
DROP PROCEDURE releases_watch_parts;
DROP PROCEDURE releases_watch_rows;
DROP FUNCTION releases_part_is_public_change;
DROP FUNCTION releases_row_is_public_change;
DROP FUNCTION releases_record_public_change;
"""
PARTS = ("section", "image", "attachment", "release_topics", "version", "legacyurl", "likeness")
ROWS = (
    *("topic", "office", "contact", "feedauthority", "vocabularyword", "synonym"),
    "pinnedresult",
)
WATCH = "".join(f"CALL releases_watch_parts('releases_{name}');" for name in PARTS) + "".join(
    f"CALL releases_watch_rows('releases_{name}');" for name in ROWS
)
UNWATCH = "".join(
    f"DROP TRIGGER public_{event} ON releases_{name};"
    for name in PARTS
    for event in ("insert", "update", "delete")
) + "".join(f"DROP TRIGGER public_change ON releases_{name};" for name in ROWS)


class Migration(migrations.Migration):
    dependencies = [("releases", "0044_outgoing_calls")]

    operations = [
        migrations.CreateModel(
            name="PublicChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("xid", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(RECORD, DROP_RECORD),
        migrations.RunSQL(WATCH, UNWATCH),
    ]
