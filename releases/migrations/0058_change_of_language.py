"""Record a change of language for the pages of a release's neighbors, which link by language."""

from __future__ import annotations

from django.db import migrations

RECORD = """
CREATE OR REPLACE FUNCTION releases_release_is_public_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[] := '{{}}';
    moments timestamptz[] := '{{}}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        changed := ARRAY[OLD.id, OLD.translation_of_id, OLD.successor_id];
        moments := ARRAY[OLD.release_at];
    END IF;
    IF TG_OP <> 'DELETE' THEN
        changed := changed || ARRAY[NEW.id, NEW.translation_of_id, NEW.successor_id];
        moments := moments || NEW.release_at;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = NEW.status{and_language}
        AND OLD.release_at IS NOT DISTINCT FROM NEW.release_at
    THEN
        moments := '{{}}';
    END IF;
    PERFORM releases_record_change_of(array_remove(changed, NULL), array_remove(moments, NULL));
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0057_uncompressed_texts")]

    operations = [
        migrations.RunSQL(
            RECORD.format(and_language=" AND OLD.language = NEW.language"),
            RECORD.format(and_language=""),
        )
    ]
