"""manage.py find_unclean_text finds what older versions stored, and cleans drafts."""

from io import StringIO

from django.core.management import call_command
from django.db import connection

from releases.models import AuditLine, Release, Section, Topic


def run(**options):
    out = StringIO()
    call_command("find_unclean_text", stdout=out, **options)
    return out.getvalue()


def soil(row, column, text):
    """Past all that cleans and refuses, as an older version stored it."""
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
    assert "title: 1 control characters were removed: U+0008." in listed
    assert "Wells: topic" in listed
    assert "U+200B" in listed
    assert "2 texts found." in listed


def test_only_drafts_are_cleaned_and_only_when_told_to(publish, make_release):
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
    line = AuditLine.objects.filter(release=draft).last()
    assert (line.deed, line.origin) == (AuditLine.Deed.EDITED, "find_unclean_text")


def test_clean_archive_is_said_to_be_clean(make_release):
    make_release()

    assert "All is clean." in run()
