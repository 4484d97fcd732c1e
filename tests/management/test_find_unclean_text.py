"""manage.py find_unclean_text finds uncleaned texts and cleans drafts."""

import json
from io import StringIO

from django.core.management import call_command
from django.db import connection

from releases import publishing
from releases.models import AuditEntry, Release, Section, Topic


def run(**options):
    out = StringIO()
    call_command("find_unclean_text", stdout=out, **options)
    return out.getvalue()


def soil(row, column, text):
    """Store an uncleaned text directly, as an older version did."""
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [text, row.pk])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_each_unclean_text_is_named(publish, make_release):
    released = publish(title="Water")
    topic = Topic.objects.create(name="Wells", slug="wells")
    soil(released, "title", "Water\x08")
    soil(topic, "name", "We\u200blls")
    make_release(title="Clean")

    listed = run()

    assert released.number in listed
    assert f"{released.number} Water: title: 1 control character (U+0008)\n" in listed
    assert "Topic “Wells”: name: 1 invisible character (U+200B)\n" in listed
    assert "2 texts found.\n       2 in approved or public releases" in listed


def test_text_on_record_is_named_and_stays(publish):
    released = publish(title="Water")
    entry, version = released.audit_entries.last(), released.versions.get()
    soil(entry, "why", "So\x08 it was")
    soil(entry, "subject", f"{released.number} Wa\x08ter")
    soil(version, "note", "So\u200b &amp; so")
    snapshot = json.dumps({**version.snapshot, "title": "Wa\u200bter", "body": "\u200b"})
    soil(version, "snapshot", snapshot)

    listed = run(fix_drafts=True)

    owner = f"{released.number} Water: "
    assert f"{owner}version 1, note: 1 invisible character (U+200B), 1 HTML entity" in listed
    assert f"{owner}version 1, snapshot: 2 invisible characters (U+200B)\n" in listed
    assert f"{owner}audit entry {entry.pk}, why: 1 control character (U+0008)\n" in listed
    assert f"audit entry {entry.pk}, subject: " in listed
    assert "4 in versions, audit entries and proposals: these are never" in listed
    entry.refresh_from_db()
    assert entry.why == "So\x08 it was"


def test_audit_entry_of_a_deleted_draft_is_named(make_release):
    draft = make_release(title="Wells")
    publishing.record_deletion(draft)
    entry = AuditEntry.objects.get()
    draft.delete()
    soil(entry, "why", "So\x08")

    assert "Audit entry “Wells”: why: 1 control character (U+0008)\n" in run()


def test_only_drafts_are_cleaned_and_only_on_request(publish, make_release):
    released, draft = publish(title="Water"), make_release(title="Wells")
    section = Section.objects.create(release=draft, position=1, heading="About", body="Wells.")
    soil(released, "title", "Water\x08")
    soil(draft, "title", "Wells\x08")
    soil(section, "body", "We\u200blls.")

    assert "3 texts found." in run()
    assert Release.objects.get(pk=draft.pk).title == "Wells\x08"

    assert "1 draft cleaned." in run(fix_drafts=True)
    assert Release.objects.get(pk=draft.pk).title == "Wells"
    assert Section.objects.get(pk=section.pk).body == "Wells."
    assert Release.objects.get(pk=released.pk).title == "Water\x08"
    line = AuditEntry.objects.filter(release=draft).last()
    assert (line.action, line.origin) == (AuditEntry.Action.EDITED, "find_unclean_text")


def test_clean_archive_is_reported_as_clean(make_release):
    make_release()

    assert "All is clean." in run()
